package ai.thinkheads.phoenix.daemon.gitops;

import ai.thinkheads.phoenix.engine.reconcile.Reconciler;
import com.google.inject.AbstractModule;
import com.google.inject.Singleton;
import com.google.inject.TypeLiteral;
import com.google.inject.multibindings.Multibinder;
import java.nio.file.Path;

/** Adds the reconciler of {@code GitRepository}. */
public final class GitOpsModule extends AbstractModule {

    private final Path clones;

    /** @param clones the folder that clones are kept in */
    public GitOpsModule(Path clones) {
        this.clones = clones;
    }

    @Override
    protected void configure() {
        bind(GitSource.class).toInstance(new JGitSource(clones));
        bind(GitRepositoryReconciler.class).in(Singleton.class);
        Multibinder.newSetBinder(binder(), new TypeLiteral<Reconciler<?, ?>>() {})
                .addBinding()
                .to(GitRepositoryReconciler.class);
    }
}
