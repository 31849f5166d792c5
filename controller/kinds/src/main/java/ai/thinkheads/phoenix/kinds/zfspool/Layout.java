package ai.thinkheads.phoenix.kinds.zfspool;

import ai.thinkheads.phoenix.hosts.port.ZfsPools.Vdev;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The difference between the groups of disks that a manifest lists and those that a pool has, as far as a pool in use can be
 * brought there.
 *
 * @param additions groups to add
 * @param replacements disks to replace
 * @param attachments disks that become one more copy of a single disk or a mirror
 * @param removals spares, logs and caches to take out
 * @param obstacles differences that only another pool could fulfil, as sentences
 */
record Layout(
        List<Vdev> additions,
        List<Replacement> replacements,
        List<Attachment> attachments,
        List<Removal> removals,
        List<String> obstacles) {

    private static final List<String> WITHOUT_DATA = List.of("spare", "log", "cache");

    /** One disk for another, in the same group. */
    record Replacement(String old, String replacement) {}

    /** One more disk that holds the same as another. */
    record Attachment(String beside, String device) {}

    /** A disk that holds no data of the pool. */
    record Removal(String type, String device) {}

    /** Compares; the order of groups and of the disks in them does not matter. */
    static Layout compare(List<Vdev> desired, List<Vdev> observed, boolean resilvering) {
        Layout layout = new Layout(
                new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        layout.compareData(dataGroups(desired), dataGroups(observed), resilvering);
        for (String type : WITHOUT_DATA) {
            layout.compareDevices(type, devices(type, desired), devices(type, observed));
        }
        return layout;
    }

    /** The disks on which the pool's data lie. */
    static Set<String> dataDevices(List<Vdev> vdevs) {
        Set<String> devices = new HashSet<>();
        dataGroups(vdevs).forEach(vdev -> devices.addAll(vdev.devices()));
        return devices;
    }

    /** ZFS knows no group of single disks: each is one of its own. And raidz is raidz1. */
    private static List<Vdev> dataGroups(List<Vdev> vdevs) {
        List<Vdev> groups = new ArrayList<>();
        for (Vdev vdev : vdevs) {
            if (WITHOUT_DATA.contains(vdev.type())) {
                continue;
            }
            if (vdev.type().equals("stripe")) {
                vdev.devices().forEach(device -> groups.add(new Vdev("stripe", List.of(device))));
            } else {
                groups.add(new Vdev(vdev.type().equals("raidz") ? "raidz1" : vdev.type(), vdev.devices()));
            }
        }
        return groups;
    }

    private static List<String> devices(String type, List<Vdev> vdevs) {
        return vdevs.stream()
                .filter(vdev -> vdev.type().equals(type))
                .flatMap(vdev -> vdev.devices().stream())
                .toList();
    }

    private void compareData(List<Vdev> desired, List<Vdev> observed, boolean resilvering) {
        List<Vdev> wanted = new ArrayList<>(desired);
        List<Vdev> there = new ArrayList<>(observed);
        wanted.removeIf(group -> removeMatch(group, there, resilvering));
        boolean onlyStripes = wanted.size() == there.size()
                && wanted.stream().allMatch(group -> group.type().equals("stripe"))
                && there.stream().allMatch(group -> group.type().equals("stripe"));
        if (onlyStripes) {
            for (int i = 0; i < wanted.size(); i++) {
                replacements.add(new Replacement(
                        there.get(i).devices().getFirst(),
                        wanted.get(i).devices().getFirst()));
            }
            return;
        }
        wanted.removeIf(group -> replaceWithin(group, there));
        wanted.removeIf(group -> attachTo(group, there));
        for (Vdev left : there) {
            obstacles.add("the pool has a " + left.type() + " of " + String.join(", ", left.devices())
                    + " that the manifest does not list, and a group that holds data cannot be taken out");
        }
        if (!there.isEmpty()) {
            wanted.forEach(group -> obstacles.add("the manifest lists a " + group.type() + " of "
                    + String.join(", ", group.devices()) + " that the pool does not have"));
            return;
        }
        for (Vdev group : wanted) {
            boolean becomes = group.type().equals("mirror") && !attachments.isEmpty();
            if (!becomes && observed.stream().noneMatch(other -> other.type().equals(group.type()))) {
                obstacles.add("a " + group.type() + " cannot be added to a pool of "
                        + observed.stream().map(Vdev::type).distinct().toList() + ": it would be protected otherwise");
            } else {
                additions.add(group);
            }
        }
    }

    private static boolean removeMatch(Vdev group, List<Vdev> there, boolean resilvering) {
        for (Vdev other : there) {
            Set<String> has = Set.copyOf(other.devices());
            boolean same = has.equals(Set.copyOf(group.devices()));
            // While a disk is being replaced, both the old one and the new one belong to the group.
            boolean onTheWay = resilvering && has.containsAll(group.devices());
            if (other.type().equals(group.type()) && (same || onTheWay)) {
                there.remove(other);
                return true;
            }
        }
        return false;
    }

    /** A group of the same type and size that shares a disk is the same one with other disks replaced. */
    private boolean replaceWithin(Vdev group, List<Vdev> there) {
        for (Vdev other : there) {
            boolean alike = other.type().equals(group.type())
                    && other.devices().size() == group.devices().size();
            if (alike && other.devices().stream().anyMatch(group.devices()::contains)) {
                List<String> old = new ArrayList<>(other.devices());
                old.removeAll(group.devices());
                List<String> fresh = new ArrayList<>(group.devices());
                fresh.removeAll(other.devices());
                for (int i = 0; i < old.size(); i++) {
                    replacements.add(new Replacement(old.get(i), fresh.get(i)));
                }
                there.remove(other);
                return true;
            }
        }
        return false;
    }

    /** A mirror that has all disks of a mirror or a single disk, and more, is that one with disks attached. */
    private boolean attachTo(Vdev group, List<Vdev> there) {
        for (Vdev other : there) {
            boolean mirrors = group.type().equals("mirror")
                    && (other.type().equals("mirror") || other.type().equals("stripe"));
            if (mirrors && group.devices().containsAll(other.devices())) {
                List<String> fresh = new ArrayList<>(group.devices());
                fresh.removeAll(other.devices());
                fresh.forEach(
                        device -> attachments.add(new Attachment(other.devices().getFirst(), device)));
                there.remove(other);
                return true;
            }
        }
        return false;
    }

    private void compareDevices(String type, List<String> desired, List<String> observed) {
        List<String> missing = new ArrayList<>(desired);
        missing.removeAll(observed);
        if (!missing.isEmpty()) {
            additions.add(new Vdev(type, missing));
        }
        for (String device : observed) {
            if (!desired.contains(device)) {
                removals.add(new Removal(type, device));
            }
        }
    }
}
