"""The command `vifshift verify`: is the evidence what was signed?"""
