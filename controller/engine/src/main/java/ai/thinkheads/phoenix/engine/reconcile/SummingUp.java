package ai.thinkheads.phoenix.engine.reconcile;

import ai.thinkheads.phoenix.api.Facts;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.engine.progress.Activity;
import ai.thinkheads.phoenix.engine.progress.Progress;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Resources whose facts count what others did on their host, such as guests or space taken. They are Ready before the others
 * are, and would tell old numbers until the next resync.
 */
final class SummingUp {

    private final Map<String, Reconciler<?, ?>> reconcilers;
    private long steps;

    SummingUp(Map<String, Reconciler<?, ?>> reconcilers) {
        this.reconcilers = reconcilers;
    }

    /**
     * Asked when nothing runs and nothing is due.
     *
     * @param done how many steps were run on hosts up to now
     * @return the Ready resources whose sums may be others since the last call
     */
    List<ResourceKey> due(long done, Progress progress) {
        if (done == steps) {
            return List.of();
        }
        steps = done;
        return progress.all().stream()
                .filter(each -> each.state() == Activity.State.READY)
                .map(Activity::key)
                .filter(key -> {
                    Reconciler<?, ?> reconciler = reconcilers.get(key.kind());
                    return reconciler != null && reconciler.sumsUp();
                })
                .toList();
    }

    /** Whether facts differ in more than what they sum up. */
    <F extends Facts> boolean differ(Resource<?, F> before, Resource<?, ?> now) {
        return !Objects.equals(before.facts(), now.facts())
                && !Objects.equals(withoutSums(before.facts(), before), withoutSums(now.facts(), now));
    }

    @SuppressWarnings("unchecked") // a reconciler is registered under the kind whose types it has
    private <F extends Facts> @Nullable Facts withoutSums(@Nullable F facts, Resource<?, ?> resource) {
        Reconciler<?, F> reconciler =
                (Reconciler<?, F>) reconcilers.get(resource.kind().name());
        return facts == null || reconciler == null ? facts : reconciler.withoutSums(facts);
    }
}
