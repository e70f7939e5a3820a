"""A key ring, and a vault, in a temporary folder: what a test of personal data starts from."""

from dataclasses import dataclass
from pathlib import Path

from catchment.kernel import Clock, Entropy, system_entropy
from catchment.store import Database
from catchment.testing.clock import ManualClock
from catchment.vault.keys.file_store import FileKeyStore
from catchment.vault.keys.ring import KeyRing
from catchment.vault.vault import Vault


@dataclass(frozen=True)
class VaultWorld:
    """Keys in a folder of their own, beside a home.

    Attributes:
        folder: of both.
        clock, entropy: what everything in it is handed.
    """

    folder: Path
    clock: Clock
    entropy: Entropy = system_entropy

    @property
    def home(self) -> Path:
        """The home that remembers its keys."""
        return self.folder / "home"

    @property
    def keys(self) -> Path:
        """Where the keys are."""
        return self.folder / "home.keys"

    def store(self) -> FileKeyStore:
        """The key store, established; each call opens it anew, as another process would."""
        store = FileKeyStore(self.keys, self.home / "keys.check", self.entropy)
        store.establish()
        return store

    def ring(self) -> KeyRing:
        """A ring over the store; each call opens it anew, as another process would."""
        return KeyRing(self.store(), clock=self.clock, entropy=self.entropy)

    def vault(self) -> Vault:
        """A vault over the ring and a database of its own; each call opens both anew."""
        self.home.mkdir(parents=True, exist_ok=True)
        database = Database(f"sqlite:///{self.home / 'vault.db'}")
        return Vault(self.ring(), database, clock=self.clock)

    def move_keys_away(self) -> None:
        """What somebody does who takes the keys out of the machine while all runs on."""
        self.keys.rename(self.folder / "elsewhere")

    def put_keys_back(self) -> None:
        """What they do next."""
        (self.folder / "elsewhere").rename(self.keys)


def make_vault_world(folder: Path, clock: Clock | None = None) -> VaultWorld:
    """A world in this folder; without a clock, one that stands still."""
    return VaultWorld(folder, clock or ManualClock())
