package ai.thinkheads.phoenix.kinds.storagepool;

import ai.thinkheads.phoenix.engine.reconcile.Reconciler;
import com.google.inject.AbstractModule;
import com.google.inject.Singleton;
import com.google.inject.TypeLiteral;
import com.google.inject.multibindings.Multibinder;

/** Adds the reconciler of StoragePools. */
public final class StoragePoolModule extends AbstractModule {

    @Override
    protected void configure() {
        bind(StoragePoolReconciler.class).in(Singleton.class);
        Multibinder.newSetBinder(binder(), new TypeLiteral<Reconciler<?, ?>>() {})
                .addBinding()
                .to(StoragePoolReconciler.class);
    }
}
