"""Claims of the posts, with verdicts and computed evidence."""

from viz.claims.blocks import BLOCKS
from viz.claims.claim import POSTS, VERDICTS, OpenClaim, PostClaim, Verdict
from viz.claims.costs import COSTS
from viz.claims.functions import FUNCTIONS
from viz.claims.networks import NETWORKS
from viz.claims.quiz import QUIZ, Question
from viz.claims.training import TRAINING
from viz.claims.uncomputed import UNCOMPUTED

CLAIMS: dict[str, PostClaim] = {
    claim.key: claim
    for claim in sorted(
        (*COSTS, *FUNCTIONS, *BLOCKS, *NETWORKS, *TRAINING), key=lambda claim: int(claim.key[1:])
    )
}

__all__ = [
    "CLAIMS",
    "POSTS",
    "QUIZ",
    "UNCOMPUTED",
    "VERDICTS",
    "OpenClaim",
    "PostClaim",
    "Question",
    "Verdict",
]
