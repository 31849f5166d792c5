package ai.thinkheads.phoenix.kinds.zfsdataset;

import ai.thinkheads.phoenix.engine.reconcile.Reconciler;
import com.google.inject.AbstractModule;
import com.google.inject.Singleton;
import com.google.inject.TypeLiteral;
import com.google.inject.multibindings.Multibinder;

/** Adds the reconciler of ZfsDatasets. */
public final class ZfsDatasetModule extends AbstractModule {

    @Override
    protected void configure() {
        bind(ZfsDatasetReconciler.class).in(Singleton.class);
        Multibinder.newSetBinder(binder(), new TypeLiteral<Reconciler<?, ?>>() {})
                .addBinding()
                .to(ZfsDatasetReconciler.class);
    }
}
