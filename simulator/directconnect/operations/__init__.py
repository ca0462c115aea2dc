"""The operations of the Direct Connect API."""
