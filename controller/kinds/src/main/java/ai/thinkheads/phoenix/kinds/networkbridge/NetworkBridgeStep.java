package ai.thinkheads.phoenix.kinds.networkbridge;

import ai.thinkheads.phoenix.api.Effect;
import ai.thinkheads.phoenix.engine.plan.Step;
import ai.thinkheads.phoenix.hosts.port.Networks.BridgeConfig;
import ai.thinkheads.phoenix.kinds.host.Place;
import java.util.List;

/** What can be done about a bridge. */
public sealed interface NetworkBridgeStep extends Step {

    /** Where it is done. */
    Place on();

    /** The interface. */
    String bridge();

    @Override
    default Effect effect() {
        return Effect.ONLINE;
    }

    @Override
    default List<Lock> locks() {
        return on().locks("network");
    }

    /** Makes the bridge. */
    record Create(Place on, BridgeConfig config) implements NetworkBridgeStep {

        @Override
        public String bridge() {
            return config.name();
        }

        @Override
        public String field() {
            return "spec";
        }

        @Override
        public String action() {
            String address = config.address();
            return "create bridge " + config.name() + (address == null ? "" : " with address " + address)
                    + (config.ports().isEmpty() ? "" : " on " + String.join(", ", config.ports()));
        }

        @Override
        public String operation() {
            return "create-bridge";
        }
    }

    /**
     * Changes the bridge in place, by one reload that the host takes back unless it is confirmed.
     *
     * @param changes in a person's words; empty when only the mark is missing
     * @param adopted whether the bridge was not Phoenix's before
     */
    record Change(Place on, String field, BridgeConfig config, String changes, boolean adopted)
            implements NetworkBridgeStep {

        @Override
        public String bridge() {
            return config.name();
        }

        @Override
        public String action() {
            if (!adopted) {
                return "change " + changes + " of bridge " + config.name();
            }
            return "take over bridge " + config.name() + (changes.isEmpty() ? " as it is" : " and change " + changes);
        }

        @Override
        public String operation() {
            return adopted ? "adopted" : "change-bridge";
        }
    }

    /** Keeps a change that was applied and matches, before the host takes it back. */
    record Confirm(Place on, String bridge) implements NetworkBridgeStep {

        @Override
        public String field() {
            return "spec";
        }

        @Override
        public String action() {
            return "confirm the change of the network that bridge " + bridge + " waits for";
        }

        @Override
        public String operation() {
            return "confirm-network";
        }
    }

    /** Leaves the bridge as it is, without Phoenix's mark. */
    record Release(Place on, BridgeConfig config) implements NetworkBridgeStep {

        @Override
        public String bridge() {
            return config.name();
        }

        @Override
        public String field() {
            return "spec.deletionPolicy";
        }

        @Override
        public String action() {
            return "leave bridge " + config.name() + " as it is, without Phoenix's mark";
        }

        @Override
        public String operation() {
            return "release-bridge";
        }
    }

    /** Removes the bridge. */
    record Remove(Place on, String bridge) implements NetworkBridgeStep {

        @Override
        public String field() {
            return "spec.deletionPolicy";
        }

        @Override
        public String action() {
            return "remove bridge " + bridge;
        }

        @Override
        public String operation() {
            return "remove-bridge";
        }
    }
}
