package ai.thinkheads.phoenix.kinds.storagepool;

import ai.thinkheads.phoenix.api.Effect;
import ai.thinkheads.phoenix.engine.plan.Step;
import ai.thinkheads.phoenix.hosts.port.Storages.Definition;
import ai.thinkheads.phoenix.kinds.host.Place;
import java.util.List;
import java.util.TreeSet;

/** What can be done about the definition of a storage. */
public sealed interface StoragePoolStep extends Step {

    /** Where it is done. */
    Place on();

    /** The identifier of the storage. */
    String storage();

    @Override
    default Effect effect() {
        return Effect.ONLINE;
    }

    @Override
    default List<Lock> locks() {
        return on().locks("storage-cfg");
    }

    /** Defines the storage. */
    record Create(Place on, Definition definition) implements StoragePoolStep {

        @Override
        public String storage() {
            return definition.id();
        }

        @Override
        public String field() {
            return "spec";
        }

        @Override
        public String action() {
            return "define storage " + definition.id() + " of type " + definition.type() + " for "
                    + String.join(", ", new TreeSet<>(definition.content()));
        }

        @Override
        public String operation() {
            return "create-storage";
        }
    }

    /**
     * Changes what is not fixed.
     *
     * @param changes in a person's words
     */
    record Update(Place on, String field, Definition definition, String changes) implements StoragePoolStep {

        @Override
        public String storage() {
            return definition.id();
        }

        @Override
        public String action() {
            return "change " + changes + " of storage " + definition.id();
        }

        @Override
        public String operation() {
            return "update-storage";
        }
    }

    /**
     * Removes the definition and defines it anew, because an option differs that is fixed. No content is touched.
     *
     * @param changes in a person's words
     */
    record Redefine(Place on, Definition definition, String changes) implements StoragePoolStep {

        @Override
        public String storage() {
            return definition.id();
        }

        @Override
        public String field() {
            return "spec.target";
        }

        @Override
        public String action() {
            return "define storage " + definition.id() + " anew with " + changes
                    + "; what the old definition kept stays where it is and is no longer part of the storage";
        }

        @Override
        public String operation() {
            return "redefine-storage";
        }
    }

    /** Removes the definition. */
    record Remove(Place on, String storage) implements StoragePoolStep {

        @Override
        public String field() {
            return "spec.deletionPolicy";
        }

        @Override
        public String action() {
            return "remove the definition of storage " + storage + "; its content stays";
        }

        @Override
        public String operation() {
            return "remove-storage";
        }
    }
}
