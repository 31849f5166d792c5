package ai.thinkheads.phoenix.hosts.simulated.pve;

import ai.thinkheads.phoenix.hosts.port.ContainerConfig;
import ai.thinkheads.phoenix.hosts.port.GuestField;
import ai.thinkheads.phoenix.hosts.port.VmConfig;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;

/** The fields in which two configurations of a guest differ, disks aside. Pure. */
public final class GuestFields {

    private GuestFields() {}

    public static Set<GuestField> of(ContainerConfig before, ContainerConfig after) {
        Set<GuestField> fields = EnumSet.noneOf(GuestField.class);
        note(fields, GuestField.HOSTNAME, before.hostname(), after.hostname());
        note(fields, GuestField.CORES, before.cores(), after.cores());
        note(fields, GuestField.CPU_LIMIT, before.cpuLimit(), after.cpuLimit());
        note(fields, GuestField.MEMORY, before.memory(), after.memory());
        note(fields, GuestField.SWAP, before.swap(), after.swap());
        note(fields, GuestField.NICS, before.nics(), after.nics());
        note(fields, GuestField.DNS, before.nameservers(), after.nameservers());
        note(fields, GuestField.DNS, before.searchDomain(), after.searchDomain());
        note(fields, GuestField.FEATURES, before.features(), after.features());
        note(fields, GuestField.APPARMOR, before.apparmor(), after.apparmor());
        note(fields, GuestField.ID_MAPS, before.idMaps(), after.idMaps());
        note(fields, GuestField.DEVICES, before.devices(), after.devices());
        note(fields, GuestField.RAW, before.raw(), after.raw());
        note(fields, GuestField.ON_BOOT, before.onBoot(), after.onBoot());
        note(fields, GuestField.STARTUP, before.startup(), after.startup());
        note(fields, GuestField.TAGS, before.tags(), after.tags());
        note(fields, GuestField.DESCRIPTION, before.description(), after.description());
        note(fields, GuestField.MARK, before.mark(), after.mark());
        return fields;
    }

    public static Set<GuestField> of(VmConfig before, VmConfig after) {
        Set<GuestField> fields = EnumSet.noneOf(GuestField.class);
        note(fields, GuestField.HOSTNAME, before.hostname(), after.hostname());
        note(fields, GuestField.CORES, before.cores(), after.cores());
        note(fields, GuestField.CPU_TYPE, before.cpuType(), after.cpuType());
        note(fields, GuestField.MEMORY, before.memory(), after.memory());
        note(fields, GuestField.NICS, before.nics(), after.nics());
        note(fields, GuestField.DNS, before.nameservers(), after.nameservers());
        note(fields, GuestField.DNS, before.searchDomain(), after.searchDomain());
        note(fields, GuestField.CLOUD_INIT, before.cloudInit(), after.cloudInit());
        note(fields, GuestField.AGENT, before.agent(), after.agent());
        note(fields, GuestField.PCI, before.pciDevices(), after.pciDevices());
        note(fields, GuestField.ON_BOOT, before.onBoot(), after.onBoot());
        note(fields, GuestField.STARTUP, before.startup(), after.startup());
        note(fields, GuestField.TAGS, before.tags(), after.tags());
        note(fields, GuestField.DESCRIPTION, before.description(), after.description());
        note(fields, GuestField.MARK, before.mark(), after.mark());
        return fields;
    }

    private static void note(
            Set<GuestField> fields,
            GuestField field,
            @org.jspecify.annotations.Nullable Object before,
            @org.jspecify.annotations.Nullable Object after) {
        if (!Objects.equals(before, after)) {
            fields.add(field);
        }
    }
}
