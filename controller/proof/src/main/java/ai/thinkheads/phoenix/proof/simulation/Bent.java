package ai.thinkheads.phoenix.proof.simulation;

import ai.thinkheads.phoenix.api.Conditions;
import ai.thinkheads.phoenix.api.DeletionPolicy;
import ai.thinkheads.phoenix.api.Effect;
import ai.thinkheads.phoenix.api.Facts;
import ai.thinkheads.phoenix.api.Kind;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.api.Spec;
import ai.thinkheads.phoenix.api.Status;
import ai.thinkheads.phoenix.api.codec.ResourceCodec;
import ai.thinkheads.phoenix.engine.plan.Step;
import ai.thinkheads.phoenix.engine.reconcile.Assessment;
import ai.thinkheads.phoenix.engine.reconcile.Reconciler;
import ai.thinkheads.phoenix.engine.reconcile.Resources;
import ai.thinkheads.phoenix.engine.store.Store;
import ai.thinkheads.phoenix.engine.time.Scheduler;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig;
import ai.thinkheads.phoenix.hosts.port.Mark;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Parts of a controller that behave as the real ones, for seeded bugs to bend: this one is a reconciler. */
class Bent<S extends Spec, F extends Facts> implements Reconciler<S, F> {

    private final Reconciler<S, F> real;

    Bent(Reconciler<S, F> real) {
        this.real = real;
    }

    @Override
    public Kind<S, F> kind() {
        return real.kind();
    }

    @Override
    public Assessment<F> assess(Resource<S, F> resource, Resources resources) {
        return real.assess(resource, resources);
    }

    @Override
    public Assessment<F> assessDeletion(Resource<S, F> resource, Resources resources) {
        return real.assessDeletion(resource, resources);
    }

    @Override
    public F intend(Resource<S, F> resource, Assessment<F> assessment, Resources resources) {
        return real.intend(resource, assessment, resources);
    }

    @Override
    public void execute(Step step, Resource<S, F> resource, Resources resources) {
        real.execute(step, resource, resources);
    }

    @Override
    public boolean sumsUp() {
        return real.sumsUp();
    }

    @Override
    public F withoutSums(F facts) {
        return real.withoutSums(facts);
    }

    @Override
    public void distrust(Resource<S, F> resource) {
        real.distrust(resource);
    }

    /** A step that says that it needs no consent. */
    record Free(Step step) implements Step {
        @Override
        public String field() {
            return step.field();
        }

        @Override
        public String action() {
            return step.action();
        }

        @Override
        public Effect effect() {
            return step.effect();
        }

        @Override
        public @Nullable String consent() {
            return null;
        }

        @Override
        public String operation() {
            return step.operation();
        }

        @Override
        public List<Lock> locks() {
            return step.locks();
        }
    }

    static ContainerConfig marked(ContainerConfig c, @Nullable Mark mark) {
        return new ContainerConfig(
                c.hostname(),
                c.cores(),
                c.cpuLimit(),
                c.memory(),
                c.swap(),
                c.rootDisk(),
                c.nics(),
                c.nameservers(),
                c.searchDomain(),
                c.unprivileged(),
                c.idMaps(),
                c.features(),
                c.apparmor(),
                c.mounts(),
                c.devices(),
                c.raw(),
                c.onBoot(),
                c.startup(),
                c.tags(),
                c.description(),
                mark);
    }

    static <S extends Spec, F extends Facts> Resource<S, F> ready(Resource<S, F> resource) {
        Status<F> status = resource.status();
        return resource.withStatus(new Status<>(
                status.observedGeneration(),
                List.of(new ConditionBuilder()
                        .withType(Conditions.READY)
                        .withStatus("True")
                        .withReason("Matches")
                        .withMessage("")
                        .withLastTransitionTime("2026-01-01T00:00:00Z")
                        .build()),
                status.plan(),
                status.facts()));
    }

    /** The resource with a deletion policy that nobody has asked for. */
    @SuppressWarnings("unchecked") // the tree of a resource of that kind is read as one
    static <S extends Spec, F extends Facts> Resource<S, F> destroying(Resource<S, F> resource) {
        if (resource.spec().deletionPolicy() == DeletionPolicy.DELETE
                || !resource.kind().name().equals("LxcContainer")) {
            return resource;
        }
        ObjectNode tree = ResourceCodec.tree(resource);
        ((ObjectNode) tree.get("spec")).put("deletionPolicy", "Delete");
        Resource<?, ?> read = ResourceCodec.json().treeToValue(tree, Resource.class);
        return resource.withSpec((S) read.spec());
    }

    /** A scheduler. */
    static class Timing implements Scheduler {
        private final Scheduler real;

        Timing(Scheduler real) {
            this.real = real;
        }

        @Override
        public void execute(String name, Runnable task) {
            real.execute(name, task);
        }

        @Override
        public Cancellable schedule(String name, Duration delay, Runnable task) {
            return real.schedule(name, delay, task);
        }

        @Override
        public boolean shutdown(Duration timeout) {
            return real.shutdown(timeout);
        }
    }

    /** A store. */
    static class Storing implements Store {
        private final Store real;

        Storing(Store real) {
            this.real = real;
        }

        @Override
        public Optional<Resource<?, ?>> get(ResourceKey key) {
            return real.get(key);
        }

        @Override
        public Listing list(@Nullable Kind<?, ?> kind) {
            return real.list(kind);
        }

        @Override
        public <S extends Spec, F extends Facts> Resource<S, F> create(Resource<S, F> resource) {
            return real.create(resource);
        }

        @Override
        public <S extends Spec, F extends Facts> Resource<S, F> replace(Resource<S, F> resource) {
            return real.replace(resource);
        }

        @Override
        public <S extends Spec, F extends Facts> Resource<S, F> replaceStatus(Resource<S, F> resource) {
            return real.replaceStatus(resource);
        }

        @Override
        public Resource<?, ?> delete(ResourceKey key, long resourceVersion) {
            return real.delete(key, resourceVersion);
        }

        @Override
        public Subscription watch(long after, Predicate<ResourceKey> interest, Listener listener) {
            return real.watch(after, interest, listener);
        }

        @Override
        public long revision() {
            return real.revision();
        }

        @Override
        public void close() {
            real.close();
        }
    }
}
