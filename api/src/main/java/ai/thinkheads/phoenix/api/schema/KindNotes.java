package ai.thinkheads.phoenix.api.schema;

import ai.thinkheads.phoenix.api.Kind;
import java.util.Map;

/** What the types of a kind do not say by themselves: what happens to something that exists when its manifest changes. */
final class KindNotes {

    private static final Map<String, String> WHEN_IT_CHANGES = Map.of(
            "Hypervisor", """
                    Name, time zone, name resolution, packages, features and the bound of the ARC are changed in place. What needs a boot
                    is written and shown as `RebootRequired`; the host is only booted where `rebootPolicy` says so.
                    """,
            "NetworkBridge", """
                    Everything is changed in place. The changes of all bridges that wait for nothing are staged together and applied by one
                    reload; the host takes it back by itself after 60 seconds unless it has answered and shows what was asked for. Where a
                    common reload fails, each bridge is changed by itself, so that one that cannot be made keeps no other from being made.
                    Changes that somebody else has staged on the host are never applied along.
                    """,
            "ZfsPool", """
                    A pool in use is never made anew. Online and without consent it takes:

                    | in the manifest | on the host |
                    |---|---|
                    | one more group of the same type | `zpool add` |
                    | one more disk in a mirror, or a single disk that becomes a mirror | `zpool attach`, and it resilvers |
                    | another disk in place of one, in the same group | `zpool replace`, and it resilvers |
                    | a spare, log or cache more or less | `zpool add`, `zpool remove` |
                    | `autotrim`, `properties` | `zpool set`, `zfs set`; what leaves the manifest is inherited again |

                    Whatever else differs (a group that is gone, a disk less in a mirror, another type, another `ashift`) is refused by
                    name. A disk that is in use is always refused; one that is not blank is refused too, unless `wipePolicy: Signatures` and
                    the consent `wipe-device/<path>` allow to overwrite it.
                    """,
            "ZfsDataset", """
                    Quota, reservation, properties, mount point, owner and mode are changed in place; a property that leaves the manifest is
                    inherited again. A quota below what the dataset holds is not set, and said. Another `pool` or `path` would be a rename,
                    which is refused with the command that does it.
                    """,
            "StoragePool", """
                    Content and what else the host can change is changed in place. Another target needs a new definition, which is made
                    as long as no guest has a disk on the storage, and refused with their names otherwise.
                    """,
            "GpuDriver", """
                    One version for the host and all guests that use a card. Another version is installed on the host; where the old one
                    is loaded and in use it takes a boot, which is shown as `RebootRequired`. Guests whose libraries have another version are
                    shown until their feature follows.
                    """,
            "LxcContainer", """
                    | in the manifest | running container |
                    |---|---|
                    | cores, memory, swap, name resolution, network cards, boot order, tags | changed at once |
                    | a mount more, a larger disk | changed at once |
                    | a mount less, another path of a mount, `features` and what else the host takes at a start only | written, and in force after a restart: `RestartRequired` |
                    | a smaller disk | refused; disks grow only |
                    | a volume that leaves the manifest | detached and kept, until the consent `destroy-volume/<container>/<mount>` |
                    | another template or origin, another `unprivileged` | made anew, only with the consent `replace-container/<container>` |

                    A template or an origin that changes marks its clones `Stale`; none is made anew by itself.
                    """,
            "VirtualMachine", """
                    What the host can change in a running machine is changed at once; the rest is written and in force after a restart, shown
                    as `RestartRequired` with its fields. Disks are added and grow, and never shrink; one that leaves the manifest is detached
                    and kept, until the consent `destroy-volume/<machine>/<disk>`. An image or an origin that changes marks the machine
                    `Stale`; it is never made anew by itself.
                    """,
            "Feature", """
                    Another `version`, or other parameters, install it again wherever it is used; `check` decides on whether it is in place.
                    A feature that leaves a guest is removed by its `remove` script where it has one.
                    """);

    private KindNotes() {}

    /** A text in Markdown; empty for kinds that stand for nothing on a host. */
    static String of(Kind<?, ?> kind) {
        return WHEN_IT_CHANGES.getOrDefault(kind.name(), "");
    }
}
