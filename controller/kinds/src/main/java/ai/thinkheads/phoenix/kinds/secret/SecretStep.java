package ai.thinkheads.phoenix.kinds.secret;

import ai.thinkheads.phoenix.api.Effect;
import ai.thinkheads.phoenix.engine.plan.Step;

/** What can be done about the values of a Secret. No step holds a value. */
public sealed interface SecretStep extends Step {

    /** The key. */
    String key();

    @Override
    default Effect effect() {
        return Effect.ONLINE;
    }

    /**
     * Takes a value from where the manifest says and seals it.
     *
     * @param from in a person's words
     */
    record Seal(String key, String field, String from) implements SecretStep {

        @Override
        public String action() {
            return "seal the value of " + key + " from " + from;
        }

        @Override
        public String operation() {
            return "seal-value";
        }
    }

    /** Forgets a value whose key has left the manifest. */
    record Forget(String key) implements SecretStep {

        @Override
        public String field() {
            return "spec";
        }

        @Override
        public String action() {
            return "forget the value of " + key;
        }

        @Override
        public String operation() {
            return "forget-value";
        }
    }
}
