package ai.thinkheads.phoenix.kinds.zfspool;

import ai.thinkheads.phoenix.api.Effect;
import ai.thinkheads.phoenix.engine.plan.Step;
import ai.thinkheads.phoenix.hosts.port.Mark;
import ai.thinkheads.phoenix.hosts.port.ZfsPools.Vdev;
import ai.thinkheads.phoenix.kinds.host.Place;
import ai.thinkheads.phoenix.kinds.host.PropertyChange;
import ai.thinkheads.phoenix.kinds.host.Words;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What can be done about a pool. */
public sealed interface ZfsPoolStep extends Step {

    /** Where it is done. */
    Place on();

    /** The name of the pool. */
    String pool();

    @Override
    default Effect effect() {
        return Effect.ONLINE;
    }

    @Override
    default List<Lock> locks() {
        return on().locks("zfs/" + pool());
    }

    /** A disk that has to be overwritten and the word that agrees to it. */
    record Wipe(String device, String signature) {

        /** What the consent annotation has to hold. */
        public String consent() {
            return "wipe-device/" + (device.startsWith("/") ? device.substring(1) : device);
        }

        static String words(List<Wipe> wipes) {
            return wipes.isEmpty()
                    ? ""
                    : ", overwriting "
                            + Words.list(wipes.stream()
                                    .map(wipe -> wipe.signature() + " on " + wipe.device() + " (consent "
                                            + wipe.consent() + ")")
                                    .toList());
        }
    }

    /**
     * Makes a pool.
     *
     * @param wipes the disks that hold something that the pool overwrites
     * @param consent the first word that is still missing; when none is, the first
     */
    record Create(
            Place on,
            String pool,
            List<Vdev> vdevs,
            int ashift,
            Map<String, String> properties,
            Map<String, String> rootProperties,
            Mark mark,
            List<Wipe> wipes,
            @Nullable String consent)
            implements ZfsPoolStep {

        @Override
        public String field() {
            return "spec";
        }

        @Override
        public String action() {
            List<String> groups = new ArrayList<>();
            vdevs.forEach(vdev -> groups.add(words(vdev)));
            return "create pool " + pool + " of " + Words.list(groups) + Wipe.words(wipes);
        }

        @Override
        public Effect effect() {
            return wipes.isEmpty() ? Effect.ONLINE : Effect.DESTROYS_DATA;
        }

        @Override
        public String operation() {
            return "create-pool";
        }
    }

    /** Imports a pool that lies on the host's disks. */
    record Import(Place on, String pool) implements ZfsPoolStep {

        @Override
        public String field() {
            return "spec.adopt";
        }

        @Override
        public String action() {
            return "import pool " + pool + " from the host's disks";
        }

        @Override
        public String operation() {
            return "import-pool";
        }
    }

    /** Takes over a pool that is there. */
    record Adopt(Place on, String pool, Mark mark) implements ZfsPoolStep {

        @Override
        public String field() {
            return "spec.adopt";
        }

        @Override
        public String action() {
            return "take over pool " + pool + " with its data as it is";
        }

        @Override
        public String operation() {
            return "adopted";
        }
    }

    /** Grows the pool by a group of disks, or gives it a spare, log or cache. */
    record AddVdev(
            Place on,
            String pool,
            String field,
            Vdev vdev,
            List<Wipe> wipes,
            @Nullable String consent) implements ZfsPoolStep {

        @Override
        public String action() {
            return "add " + words(vdev) + " to pool " + pool + Wipe.words(wipes);
        }

        @Override
        public Effect effect() {
            return wipes.isEmpty() ? Effect.ONLINE : Effect.DESTROYS_DATA;
        }

        @Override
        public String operation() {
            return "add-vdev";
        }
    }

    /** Replaces one disk of a group by another; the pool stays in use and resilvers. */
    record ReplaceDevice(Place on, String pool, String field, String old, String replacement) implements ZfsPoolStep {

        @Override
        public String action() {
            return "replace " + old + " in pool " + pool + " by " + replacement + " and resilver";
        }

        @Override
        public String operation() {
            return "replace-device";
        }
    }

    /** Makes a disk one more copy of another; the pool stays in use and resilvers. */
    record AttachDevice(
            Place on,
            String pool,
            String field,
            String beside,
            String device,
            List<Wipe> wipes,
            @Nullable String consent)
            implements ZfsPoolStep {

        @Override
        public String action() {
            return "mirror " + beside + " of pool " + pool + " on " + device + " and resilver" + Wipe.words(wipes);
        }

        @Override
        public Effect effect() {
            return wipes.isEmpty() ? Effect.ONLINE : Effect.DESTROYS_DATA;
        }

        @Override
        public String operation() {
            return "attach-device";
        }
    }

    /** Takes a spare, log or cache out. */
    record RemoveDevice(Place on, String pool, String type, String device) implements ZfsPoolStep {

        @Override
        public String field() {
            return "spec.vdevs";
        }

        @Override
        public String action() {
            return "take " + type + " " + device + " out of pool " + pool;
        }

        @Override
        public String operation() {
            return "remove-device";
        }
    }

    /** Sets a property of the pool itself. */
    record SetProperty(Place on, String pool, String field, String property, String from, String to)
            implements ZfsPoolStep {

        @Override
        public String action() {
            return "set " + property + " of pool " + pool + " from " + from + " to " + to;
        }

        @Override
        public String operation() {
            return "set-pool";
        }
    }

    /** Sets properties of the root dataset, and lets those be inherited that have left the manifest. */
    record SetRootProperties(Place on, String pool, PropertyChange change) implements ZfsPoolStep {

        @Override
        public String field() {
            return "spec.properties";
        }

        @Override
        public String action() {
            return "change " + change.words() + " of pool " + pool;
        }

        @Override
        public String operation() {
            return "set-dataset";
        }
    }

    /** Leaves the pool as it is, without Phoenix's mark. */
    record Release(Place on, String pool) implements ZfsPoolStep {

        @Override
        public String field() {
            return "spec.deletionPolicy";
        }

        @Override
        public String action() {
            return "leave pool " + pool + " with its data as it is, without Phoenix's mark";
        }

        @Override
        public String operation() {
            return "release-pool";
        }
    }

    /** Destroys the pool with everything in it. */
    record Destroy(Place on, String pool) implements ZfsPoolStep {

        @Override
        public String field() {
            return "spec.deletionPolicy";
        }

        @Override
        public String action() {
            return "destroy pool " + pool + " and all data in it";
        }

        @Override
        public Effect effect() {
            return Effect.DESTROYS_DATA;
        }

        @Override
        public String operation() {
            return "destroy-pool";
        }
    }

    private static String words(Vdev vdev) {
        return vdev.type() + " " + String.join(" ", vdev.devices());
    }
}
