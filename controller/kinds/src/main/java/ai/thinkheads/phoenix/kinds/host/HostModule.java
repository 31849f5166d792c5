package ai.thinkheads.phoenix.kinds.host;

import ai.thinkheads.phoenix.api.v1alpha1.HypervisorSpec;
import ai.thinkheads.phoenix.hosts.port.HostDriver;
import com.google.inject.AbstractModule;
import com.google.inject.Singleton;
import com.google.inject.multibindings.MapBinder;

/** Binds the open hosts and their views. Each driver that is part of a build adds itself to the map. */
public final class HostModule extends AbstractModule {

    @Override
    protected void configure() {
        MapBinder.newMapBinder(binder(), HypervisorSpec.Driver.class, HostDriver.class);
        bind(Hosts.class).in(Singleton.class);
        bind(HostViews.class).in(Singleton.class);
    }
}
