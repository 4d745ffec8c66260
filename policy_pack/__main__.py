"""Start the policy pack. `PolicyPack` serves until it is stopped: never import this from a test."""

import sys
from pathlib import Path

# The engine runs the pack with the pack's own folder as the working directory. A pack that was built
# has what it needs in `lib`; in the repository that is the top folder.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
sys.path.insert(0, str(Path(__file__).resolve().parent / "lib"))

from pulumi_policy import EnforcementLevel, PolicyPack

from policy_pack.descriptions import keep_descriptions
from policy_pack.rules import pack_policies

keep_descriptions()
PolicyPack(
    name="rolewright", enforcement_level=EnforcementLevel.MANDATORY, policies=pack_policies()
)
