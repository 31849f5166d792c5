package ai.thinkheads.phoenix.kinds.guest;

import com.google.inject.AbstractModule;
import com.google.inject.Singleton;

/** Binds what both kinds of guest share. */
public final class GuestModule extends AbstractModule {

    @Override
    protected void configure() {
        bind(VmidAllocator.class).toInstance(new VmidAllocator());
        bind(GuestOperations.class).in(Singleton.class);
    }
}
