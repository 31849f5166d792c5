package ai.thinkheads.phoenix.kinds.guest;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Short digests that are kept in marks and compared later. */
public final class Digests {

    private Digests() {}

    /** The digest of those texts, in that order; where one ends and the next begins counts. */
    public static String of(List<String> texts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String text : texts) {
                byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
                digest.update((bytes.length + ":").getBytes(StandardCharsets.UTF_8));
                digest.update(bytes);
            }
            return HexFormat.of().formatHex(digest.digest(), 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }

    /** What a guest consists of: what it was made from, and the features that were put into it. */
    public static String content(String madeFrom, Map<String, String> features) {
        List<String> texts = new java.util.ArrayList<>();
        texts.add(madeFrom);
        new TreeMap<>(features).forEach((name, stamp) -> {
            texts.add(name);
            texts.add(stamp);
        });
        return of(texts);
    }
}
