"""Virtual numbers: numbers that stand for people's own, so that who calls them never sees those.

A *binding* says whom a number stands for, who may call it and until when; it holds tokens. A
*provider* has the numbers: a carrier's, or the reference here, a pool of the brand's own with the
brand's own exchange. The *switchboard* keeps bindings and asks the provider. Where there is no
provider, or it is away, nothing is shown but the mask.
"""
