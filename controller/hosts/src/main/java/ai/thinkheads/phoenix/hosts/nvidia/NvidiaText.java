package ai.thinkheads.phoenix.hosts.nvidia;

import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.hosts.port.Gpus.Device;
import ai.thinkheads.phoenix.hosts.port.HostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The cards, from the table that {@code nvidia-smi} prints and the files of the kernel module. */
public final class NvidiaText {

    /** What {@link Table} reads, as arguments of {@code nvidia-smi}. */
    public static final List<String> QUERY = List.of(
            "--query-gpu=index,uuid,name,memory.total,pci.bus_id,persistence_mode", "--format=csv,noheader,nounits");

    /** Where the module has a folder for each card, named by its address, with a file {@code information} in it. */
    public static final String CARDS = "/proc/driver/nvidia/gpus";

    /** What of that file is asked for: the number in the name of the card's device file. */
    public static final String MINOR = "Device Minor";

    private static final Pattern MINOR_OF =
            Pattern.compile(CARDS + "/([^/]+)/information:" + MINOR + ":\\s*(\\d+)\\s*");

    private NvidiaText() {}

    /**
     * @param persistence whether the driver stays loaded when no process uses a card
     */
    public record Table(List<Device> devices, boolean persistence) {

        public Table {
            devices = List.copyOf(devices);
        }
    }

    /**
     * @param rows what {@code nvidia-smi} printed for {@link #QUERY}, a line for each card
     * @param minors lines of the cards' files as {@code grep -r} prints them. nvidia-smi counts in the order of the bus and the
     *     module in the order in which it found the cards, so a card's index need not be the number of its device file; where the
     *     module says nothing they are taken to be the same
     * @throws HostException if a row is not of the form that was asked for
     */
    public static Table table(List<String> rows, List<String> minors) {
        Map<String, String> minorOf = new HashMap<>();
        for (String line : minors) {
            Matcher minor = MINOR_OF.matcher(line);
            if (minor.matches()) {
                minorOf.put(minor.group(1).toLowerCase(Locale.ROOT), minor.group(2));
            }
        }
        List<Device> devices = new ArrayList<>();
        boolean persistence = false;
        for (String row : rows) {
            if (row.startsWith("WARNING:")) {
                // Of a card whose own memory of itself is damaged, which works all the same.
                continue;
            }
            String[] words = row.strip().split("\\s*,\\s*", -1);
            if (words.length != 6 || !words[0].matches("\\d{1,4}")) {
                throw new HostException(
                        HostException.Cause.UNREACHABLE,
                        "nvidia-smi printed '" + row + "', which is not the six columns that were asked for");
            }
            String pci = pci(words[4]);
            // A card that shares the machine's memory has none of its own, and says so in words.
            long memory = words[3].matches("\\d{1,9}") ? Long.parseLong(words[3]) : 0;
            devices.add(new Device(
                    Integer.parseInt(words[0]),
                    words[1],
                    words[2],
                    ByteSize.ofMi(memory),
                    pci,
                    "/dev/nvidia" + minorOf.getOrDefault(pci, words[0])));
            persistence |= words[5].equalsIgnoreCase("Enabled");
        }
        return new Table(devices, persistence);
    }

    /** nvidia-smi writes the domain with eight digits and in capitals, the kernel with four. */
    private static String pci(String address) {
        String lower = address.toLowerCase(Locale.ROOT);
        return lower.length() > 12 ? lower.substring(lower.length() - 12) : lower;
    }
}
