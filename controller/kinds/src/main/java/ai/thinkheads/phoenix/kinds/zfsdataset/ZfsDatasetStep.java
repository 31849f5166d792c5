package ai.thinkheads.phoenix.kinds.zfsdataset;

import ai.thinkheads.phoenix.api.Effect;
import ai.thinkheads.phoenix.engine.plan.Step;
import ai.thinkheads.phoenix.hosts.port.Mark;
import ai.thinkheads.phoenix.kinds.host.Place;
import ai.thinkheads.phoenix.kinds.host.PropertyChange;
import ai.thinkheads.phoenix.kinds.host.ZfsValues;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What can be done about a dataset. */
public sealed interface ZfsDatasetStep extends Step {

    /** Where it is done. */
    Place on();

    /** The full name of the dataset. */
    String dataset();

    @Override
    default Effect effect() {
        return Effect.ONLINE;
    }

    @Override
    default List<Lock> locks() {
        int slash = dataset().indexOf('/');
        return on().locks("zfs/" + (slash < 0 ? dataset() : dataset().substring(0, slash)));
    }

    /** Makes the dataset, and those above it that are missing. */
    record Create(Place on, String dataset, Map<String, String> properties, Mark mark) implements ZfsDatasetStep {

        @Override
        public String field() {
            return "spec";
        }

        @Override
        public String action() {
            List<String> words = new ArrayList<>();
            new TreeMap<>(properties).forEach((name, value) -> words.add(name + "=" + ZfsValues.readable(name, value)));
            return "create dataset " + dataset + (words.isEmpty() ? "" : " with " + String.join(", ", words));
        }

        @Override
        public String operation() {
            return "create-dataset";
        }
    }

    /** Takes over a dataset that is there. */
    record Adopt(Place on, String dataset, Mark mark) implements ZfsDatasetStep {

        @Override
        public String field() {
            return "metadata";
        }

        @Override
        public String action() {
            return "take over dataset " + dataset + " with its data as it is";
        }

        @Override
        public String operation() {
            return "adopted";
        }
    }

    /** Changes properties while the dataset is in use. */
    record SetProperties(Place on, String dataset, PropertyChange change) implements ZfsDatasetStep {

        @Override
        public String field() {
            return change.values().size() + change.inherited().size() == 1
                    ? field(
                            change.values().isEmpty()
                                    ? change.inherited().iterator().next()
                                    : change.values().keySet().iterator().next())
                    : "spec.properties";
        }

        private static String field(String property) {
            return switch (property) {
                case "quota", "reservation", "mountpoint" -> "spec." + property;
                default -> "spec.properties." + property;
            };
        }

        @Override
        public String action() {
            return "change " + change.words() + " of dataset " + dataset;
        }

        @Override
        public String operation() {
            return "set-dataset";
        }
    }

    /** Mounts the dataset where it belongs. */
    record Mount(Place on, String dataset, String at) implements ZfsDatasetStep {

        @Override
        public String field() {
            return "spec.mountpoint";
        }

        @Override
        public String action() {
            return "mount dataset " + dataset + " at " + at;
        }

        @Override
        public String operation() {
            return "mount-dataset";
        }
    }

    /** Gives the mounted directory its owner and mode. */
    record SetOwner(
            Place on,
            String dataset,
            @Nullable Long uid,
            @Nullable Long gid,
            @Nullable String mode) implements ZfsDatasetStep {

        @Override
        public String field() {
            return uid == null ? "spec.mode" : "spec.owner";
        }

        @Override
        public String action() {
            return "set" + (uid == null ? "" : " owner " + uid + ":" + gid)
                    + (uid == null || mode == null ? "" : " and") + (mode == null ? "" : " mode " + mode)
                    + " of the directory of dataset " + dataset;
        }

        @Override
        public String operation() {
            return "chown-dataset";
        }
    }

    /** Leaves the dataset as it is, without Phoenix's mark. */
    record Release(Place on, String dataset) implements ZfsDatasetStep {

        @Override
        public String field() {
            return "spec.deletionPolicy";
        }

        @Override
        public String action() {
            return "leave dataset " + dataset + " with its data as it is, without Phoenix's mark";
        }

        @Override
        public String operation() {
            return "release-dataset";
        }
    }

    /**
     * Destroys the dataset.
     *
     * @param parents datasets above it that were made for it and hold nothing else, the nearest first
     */
    record Destroy(Place on, String dataset, List<String> parents) implements ZfsDatasetStep {

        @Override
        public String field() {
            return "spec.deletionPolicy";
        }

        @Override
        public String action() {
            return "destroy dataset " + dataset + " with its data and snapshots"
                    + (parents.isEmpty() ? "" : ", and the empty " + String.join(", ", parents));
        }

        @Override
        public Effect effect() {
            return Effect.DESTROYS_DATA;
        }

        @Override
        public String operation() {
            return "destroy-dataset";
        }
    }
}
