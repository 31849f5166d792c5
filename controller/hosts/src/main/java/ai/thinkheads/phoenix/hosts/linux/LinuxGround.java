package ai.thinkheads.phoenix.hosts.linux;

import ai.thinkheads.phoenix.hosts.command.HostCommands;
import ai.thinkheads.phoenix.hosts.command.Tally;
import ai.thinkheads.phoenix.hosts.port.HostClock;
import ai.thinkheads.phoenix.hosts.zfs.Zfs;

/**
 * What all parts of the driver stand on.
 *
 * @param commands runs programs on the host as root
 * @param zfs may be absent on the host; {@link Zfs#isPresent()} says so
 * @param storages the storages that are defined on the host
 * @param clock for waiting
 * @param tally counts reads and changes; every method of a port goes through it once
 */
public record LinuxGround(
        HostCommands commands, LinuxRoots roots, Zfs zfs, LinuxStorages storages, HostClock clock, Tally tally) {}
