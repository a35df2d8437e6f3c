"""The demo company at any size, with its ground truth.

A B2B software vendor is simulated from latent traits of its customers (`latent`), which drive contracts and payments
(`billing`, `invoicing`), the CRM (`crm`, `deals`, `activities`), support (`support`), surveys (`surveys`) and product
usage (`usage`). `company` and `names` invent who the customers are and how tools misspell them, `mess` holds the rate
of every kind of disorder, `bad_rows` plants rows that cannot be used. A `block` of customers is simulated on its own;
`recorder` cuts it at the end of a day and `export` writes the files.
"""
