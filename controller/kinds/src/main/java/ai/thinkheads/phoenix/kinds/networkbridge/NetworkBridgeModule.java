package ai.thinkheads.phoenix.kinds.networkbridge;

import ai.thinkheads.phoenix.engine.reconcile.Reconciler;
import com.google.inject.AbstractModule;
import com.google.inject.Singleton;
import com.google.inject.TypeLiteral;
import com.google.inject.multibindings.Multibinder;

/** Adds the reconciler of NetworkBridges. */
public final class NetworkBridgeModule extends AbstractModule {

    @Override
    protected void configure() {
        bind(NetworkBridgeReconciler.class).in(Singleton.class);
        Multibinder.newSetBinder(binder(), new TypeLiteral<Reconciler<?, ?>>() {})
                .addBinding()
                .to(NetworkBridgeReconciler.class);
    }
}
