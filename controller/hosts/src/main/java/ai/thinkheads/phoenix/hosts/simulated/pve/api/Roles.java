package ai.thinkheads.phoenix.hosts.simulated.pve.api;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The roles that Proxmox VE 9 brings along, and their privileges; from {@code PVE/AccessControl.pm:create_roles}. */
final class Roles {

    private static final Set<String> VM_USER =
            Set.of("VM.Audit", "VM.Backup", "VM.Config.CDROM", "VM.Config.Cloudinit", "VM.Console", "VM.PowerMgmt");
    private static final Set<String> VM_ADMIN = joined(
            VM_USER,
            Set.of(
                    "VM.Allocate",
                    "VM.Clone",
                    "VM.Config.CPU",
                    "VM.Config.Disk",
                    "VM.Config.HWType",
                    "VM.Config.Memory",
                    "VM.Config.Network",
                    "VM.Config.Options",
                    "VM.GuestAgent.Audit",
                    "VM.GuestAgent.FileRead",
                    "VM.GuestAgent.FileSystemMgmt",
                    "VM.GuestAgent.FileWrite",
                    "VM.GuestAgent.Unrestricted",
                    "VM.Migrate",
                    "VM.Replicate",
                    "VM.Snapshot",
                    "VM.Snapshot.Rollback"));
    private static final Set<String> DATASTORE_USER = Set.of("Datastore.AllocateSpace", "Datastore.Audit");
    private static final Set<String> DATASTORE_ADMIN =
            joined(DATASTORE_USER, Set.of("Datastore.Allocate", "Datastore.AllocateTemplate"));
    private static final Set<String> SDN_USER = Set.of("SDN.Audit", "SDN.Use");
    private static final Set<String> SDN_ADMIN = joined(SDN_USER, Set.of("SDN.Allocate"));
    private static final Set<String> POOL_USER = Set.of("Pool.Audit");
    private static final Set<String> POOL_ADMIN = joined(POOL_USER, Set.of("Pool.Allocate"));
    private static final Set<String> MAPPING_USER = Set.of("Mapping.Audit", "Mapping.Use");
    private static final Set<String> MAPPING_ADMIN = joined(MAPPING_USER, Set.of("Mapping.Modify"));
    private static final Set<String> USER_ADMIN = Set.of("Group.Allocate", "Realm.AllocateUser", "User.Modify");
    private static final Set<String> SYS_ADMIN = Set.of("Sys.Audit", "Sys.Console", "Sys.Syslog");
    private static final Set<String> AUDITOR = Set.of(
            "Datastore.Audit",
            "Mapping.Audit",
            "Pool.Audit",
            "SDN.Audit",
            "Sys.Audit",
            "VM.Audit",
            "VM.GuestAgent.Audit");
    private static final Set<String> ADMIN = joined(
            VM_ADMIN,
            DATASTORE_ADMIN,
            SDN_ADMIN,
            POOL_ADMIN,
            MAPPING_ADMIN,
            USER_ADMIN,
            SYS_ADMIN,
            Set.of("Permissions.Modify"));
    private static final Set<String> ALL =
            joined(ADMIN, Set.of("Realm.Allocate", "Sys.AccessNetwork", "Sys.Incoming", "Sys.Modify", "Sys.PowerMgmt"));

    static final Map<String, Set<String>> BUILT_IN = Map.ofEntries(
            Map.entry("Administrator", ALL),
            Map.entry("NoAccess", Set.of()),
            Map.entry("PVEAdmin", ADMIN),
            Map.entry("PVEAuditor", AUDITOR),
            Map.entry("PVEDatastoreAdmin", DATASTORE_ADMIN),
            Map.entry("PVEDatastoreUser", DATASTORE_USER),
            Map.entry("PVEMappingAdmin", MAPPING_ADMIN),
            Map.entry("PVEMappingAuditor", Set.of("Mapping.Audit")),
            Map.entry("PVEMappingUser", MAPPING_USER),
            Map.entry("PVEPoolAdmin", POOL_ADMIN),
            Map.entry("PVEPoolUser", POOL_USER),
            Map.entry("PVESDNAdmin", SDN_ADMIN),
            Map.entry("PVESDNUser", SDN_USER),
            Map.entry("PVESysAdmin", SYS_ADMIN),
            Map.entry("PVETemplateUser", Set.of("VM.Audit", "VM.Clone")),
            Map.entry("PVEUserAdmin", USER_ADMIN),
            Map.entry("PVEVMAdmin", VM_ADMIN),
            Map.entry("PVEVMUser", VM_USER));

    private Roles() {}

    @SafeVarargs
    private static Set<String> joined(Set<String> first, Set<String>... more) {
        Set<String> all = new TreeSet<>(first);
        for (Set<String> each : more) {
            all.addAll(each);
        }
        return Set.copyOf(all);
    }

    /** Every privilege that there is. */
    static Set<String> all() {
        return ALL;
    }
}
