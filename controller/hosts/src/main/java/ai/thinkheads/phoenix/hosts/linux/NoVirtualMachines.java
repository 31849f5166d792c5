package ai.thinkheads.phoenix.hosts.linux;

import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.hosts.port.GuestField;
import ai.thinkheads.phoenix.hosts.port.GuestKind;
import ai.thinkheads.phoenix.hosts.port.Guests;
import ai.thinkheads.phoenix.hosts.port.HostException;
import ai.thinkheads.phoenix.hosts.port.Mark;
import ai.thinkheads.phoenix.hosts.port.VmConfig;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** This driver runs containers only, and says so. */
final class NoVirtualMachines implements Guests<VmConfig, VmConfig.Disk> {

    private static HostException unsupported() {
        return new HostException(
                HostException.Cause.UNSUPPORTED,
                "the linux driver runs no virtual machines; use an LxcContainer, or a host with the proxmox driver");
    }

    @Override
    public GuestKind kind() {
        return GuestKind.VIRTUAL_MACHINE;
    }

    @Override
    public Optional<Observed<VmConfig>> read(int vmid) {
        return Optional.empty();
    }

    @Override
    public void create(int vmid, VmConfig config, String from) {
        throw unsupported();
    }

    @Override
    public void clone(
            int source,
            int vmid,
            String hostname,
            Mark mark,
            boolean full,
            @Nullable String storage,
            @Nullable String snapshot) {
        throw unsupported();
    }

    @Override
    public void update(int vmid, VmConfig config, Set<GuestField> fields, @Nullable String digest) {
        throw unsupported();
    }

    @Override
    public void attach(int vmid, VmConfig.Disk disk, @Nullable String digest) {
        throw unsupported();
    }

    @Override
    public void reattach(int vmid, VmConfig.Disk disk, @Nullable String digest) {
        throw unsupported();
    }

    @Override
    public void detach(int vmid, String slot, @Nullable String digest) {
        throw unsupported();
    }

    @Override
    public void destroyUnused(int vmid, String volume) {
        throw unsupported();
    }

    @Override
    public void grow(int vmid, String slot, ByteSize size) {
        throw unsupported();
    }

    @Override
    public void move(int vmid, String slot, String storage) {
        throw unsupported();
    }

    @Override
    public void start(int vmid) {
        throw unsupported();
    }

    @Override
    public void shutdown(int vmid, Duration timeout) {
        throw unsupported();
    }

    @Override
    public void freeze(int vmid) {
        throw unsupported();
    }

    @Override
    public void thaw(int vmid) {
        throw unsupported();
    }

    @Override
    public void makeTemplate(int vmid) {
        throw unsupported();
    }

    @Override
    public void snapshot(int vmid, String name, String description) {
        throw unsupported();
    }

    @Override
    public void deleteSnapshot(int vmid, String name) {
        throw unsupported();
    }

    @Override
    public void rollback(int vmid, String name) {
        throw unsupported();
    }

    @Override
    public void release(int vmid) {
        throw unsupported();
    }

    @Override
    public void destroy(int vmid) {
        throw unsupported();
    }
}
