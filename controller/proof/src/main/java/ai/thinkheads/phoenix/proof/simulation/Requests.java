package ai.thinkheads.phoenix.proof.simulation;

import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.daemon.apply.ManifestSet;
import ai.thinkheads.phoenix.engine.store.StoreException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** A client that asks until it is answered, as {@code phoenixctl} does. */
final class Requests {

    private static final Duration PAUSE = Duration.ofSeconds(5);
    private static final Duration DOWN = Duration.ofSeconds(12);

    private Requests() {}

    static void apply(World world, Resource<?, ?> resource) {
        apply(world, List.of(resource));
    }

    /** All of them at once, as one folder is. */
    static void apply(World world, List<Resource<?, ?>> resources) {
        send(world, controller -> {
            List<ManifestSet.Item> items = resources.stream()
                    .map(each -> new ManifestSet.Item(each, ""))
                    .toList();
            ManifestSet set = new ManifestSet(items, null, null, false, false);
            for (var stored : controller.applier().store(controller.applier().prepare(set), set)) {
                if (stored.failure() != null) {
                    throw new StoreException.Unavailable(String.valueOf(stored.failure()), null);
                }
            }
        });
    }

    static void delete(World world, ResourceKey key) {
        send(world, controller -> {
            if (controller.store().get(key).isPresent()) {
                controller.writes().delete(key, 0, false);
            }
        });
    }

    private static void send(World world, Consumer<Controller> request) {
        world.strands().start("client", () -> {
            while (true) {
                Controller controller = world.controller();
                if (controller == null) {
                    world.strands().sleep(DOWN);
                    if (world.controller() == null) {
                        world.boot();
                    }
                } else if (answered(controller, request)) {
                    return;
                } else {
                    world.strands().sleep(PAUSE);
                }
            }
        });
    }

    private static boolean answered(Controller controller, Consumer<Controller> request) {
        try {
            request.accept(controller);
            return true;
        } catch (Killed | StoreException e) {
            return false;
        } catch (IllegalStateException e) {
            if (e.getCause() instanceof Killed) {
                return false;
            }
            throw e;
        }
    }
}
