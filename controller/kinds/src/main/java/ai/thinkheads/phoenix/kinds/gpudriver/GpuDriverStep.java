package ai.thinkheads.phoenix.kinds.gpudriver;

import ai.thinkheads.phoenix.api.Effect;
import ai.thinkheads.phoenix.engine.plan.Step;
import ai.thinkheads.phoenix.hosts.port.Gpus.DriverConfig;
import ai.thinkheads.phoenix.kinds.host.Place;
import ai.thinkheads.phoenix.kinds.host.Words;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What can be done about the driver of a host's graphics cards. */
public sealed interface GpuDriverStep extends Step {

    /** Where it is done. */
    Place on();

    @Override
    default Effect effect() {
        return Effect.ONLINE;
    }

    @Override
    default List<Lock> locks() {
        return on().locks("gpu", "apt");
    }

    /**
     * Installs the driver, or exchanges it.
     *
     * @param before the version that is installed; null for none
     * @param changes beside the version, in a person's words
     * @param users guests that run and use a card; they keep the loaded driver until the host is rebooted
     */
    record Install(
            Place on,
            String field,
            DriverConfig config,
            @Nullable String before,
            List<String> changes,
            List<String> users,
            Effect effect)
            implements GpuDriverStep {

        public Install {
            changes = List.copyOf(changes);
            users = List.copyOf(users);
        }

        @Override
        public String action() {
            String what;
            if (before == null) {
                what = "install NVIDIA driver " + config.version();
            } else if (before.equals(config.version())) {
                what = "install NVIDIA driver " + before + " again";
            } else {
                what = "exchange NVIDIA driver " + before + " for " + config.version();
            }
            String with = changes.isEmpty() ? "" : " with " + Words.list(changes);
            String then = effect == Effect.ONLINE
                    ? ""
                    : "; it takes effect when the host is rebooted"
                            + (users.isEmpty()
                                    ? ""
                                    : ", until then " + Words.list(users) + " go on with what is loaded, and their own"
                                            + " copy of the driver has to become " + config.version() + " with it");
            return what + with + then;
        }

        @Override
        public String operation() {
            return "install-gpu-driver";
        }
    }

    /** Keeps the driver loaded when no process uses a card, or lets go of it. */
    record SetPersistence(Place on, boolean persistence) implements GpuDriverStep {

        @Override
        public String field() {
            return "spec.persistence";
        }

        @Override
        public String action() {
            return "turn persistence of the graphics cards " + (persistence ? "on" : "off");
        }

        @Override
        public String operation() {
            return "set-gpu-persistence";
        }
    }

    /** Takes the driver away. */
    record Remove(Place on, String version) implements GpuDriverStep {

        @Override
        public String field() {
            return "spec.deletionPolicy";
        }

        @Override
        public String action() {
            return "remove NVIDIA driver " + version;
        }

        @Override
        public String operation() {
            return "remove-gpu-driver";
        }
    }
}
