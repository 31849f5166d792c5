package ai.thinkheads.phoenix.daemon.wiring;

import ai.thinkheads.phoenix.api.v1alpha1.HypervisorSpec;
import ai.thinkheads.phoenix.hosts.linux.LinuxHostDriver;
import ai.thinkheads.phoenix.hosts.linux.LinuxRoots;
import ai.thinkheads.phoenix.hosts.linux.lxc.LxcGuests;
import ai.thinkheads.phoenix.hosts.port.HostClock;
import ai.thinkheads.phoenix.hosts.port.HostDriver;
import ai.thinkheads.phoenix.hosts.proxmox.ProxmoxHostDriver;
import ai.thinkheads.phoenix.hosts.simulated.SimulatedHostDriver;
import com.google.inject.AbstractModule;
import com.google.inject.multibindings.MapBinder;
import java.nio.file.Path;

/** The drivers that are part of this build, each under the word that a Hypervisor names it by. */
final class DriversModule extends AbstractModule {

    private final Foundation foundation;

    DriversModule(Foundation foundation) {
        this.foundation = foundation;
    }

    @Override
    protected void configure() {
        MapBinder<HypervisorSpec.Driver, HostDriver> drivers =
                MapBinder.newMapBinder(binder(), HypervisorSpec.Driver.class, HostDriver.class);
        HostClock clock = new SystemHostClock(foundation.clock());
        drivers.addBinding(HypervisorSpec.Driver.SIMULATED)
                .toInstance(new SimulatedHostDriver(foundation.directory().simulated(), clock, foundation.random()));
        drivers.addBinding(HypervisorSpec.Driver.LINUX)
                .toInstance(new LinuxHostDriver(clock, runtime(), LinuxRoots.DEBIAN, LxcGuests::new));
        drivers.addBinding(HypervisorSpec.Driver.PROXMOX).toInstance(new ProxmoxHostDriver(clock, runtime()));
    }

    /** Where connections to hosts lie while they are open; their sockets need a short path. */
    private static Path runtime() {
        return Path.of(System.getProperty("java.io.tmpdir"), "phoenix-" + System.getProperty("user.name"));
    }
}
