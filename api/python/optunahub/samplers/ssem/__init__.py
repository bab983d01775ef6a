from ssem_optuna import SsemSampler

__all__ = ["SsemSampler"]
