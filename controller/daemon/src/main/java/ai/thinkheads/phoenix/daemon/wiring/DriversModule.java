package ai.thinkheads.phoenix.daemon.wiring;

import ai.thinkheads.phoenix.api.v1alpha1.HypervisorSpec;
import ai.thinkheads.phoenix.hosts.port.HostDriver;
import ai.thinkheads.phoenix.hosts.simulated.SimulatedHostDriver;
import com.google.inject.AbstractModule;
import com.google.inject.multibindings.MapBinder;

/** The drivers that are part of this build, each under the word that a Hypervisor names it by. */
final class DriversModule extends AbstractModule {

    private final Foundation foundation;

    DriversModule(Foundation foundation) {
        this.foundation = foundation;
    }

    @Override
    protected void configure() {
        MapBinder.newMapBinder(binder(), HypervisorSpec.Driver.class, HostDriver.class)
                .addBinding(HypervisorSpec.Driver.SIMULATED)
                .toInstance(new SimulatedHostDriver(
                        foundation.directory().simulated(),
                        new SystemHostClock(foundation.clock()),
                        foundation.random()));
    }
}
