package ai.thinkheads.phoenix.kinds.zfspool;

import ai.thinkheads.phoenix.engine.reconcile.Reconciler;
import com.google.inject.AbstractModule;
import com.google.inject.Singleton;
import com.google.inject.TypeLiteral;
import com.google.inject.multibindings.Multibinder;

/** Adds the reconciler of ZfsPools. */
public final class ZfsPoolModule extends AbstractModule {

    @Override
    protected void configure() {
        bind(ZfsPoolReconciler.class).in(Singleton.class);
        Multibinder.newSetBinder(binder(), new TypeLiteral<Reconciler<?, ?>>() {})
                .addBinding()
                .to(ZfsPoolReconciler.class);
    }
}
