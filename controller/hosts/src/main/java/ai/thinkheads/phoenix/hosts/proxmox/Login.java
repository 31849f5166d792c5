package ai.thinkheads.phoenix.hosts.proxmox;

import ai.thinkheads.phoenix.hosts.port.HostException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Who Phoenix is to the API, from the values of the Secret that {@code spec.credentials} names. */
sealed interface Login {

    /** Who that is, for messages; never with a secret. */
    String who();

    /** Whether Proxmox takes it for root@pam itself, which a token never is. */
    boolean isRoot();

    /** An API token: {@code USER@REALM!ID} and its secret. */
    record Token(String id, String secret) implements Login {
        @Override
        public String who() {
            return "API token " + id;
        }

        @Override
        public boolean isRoot() {
            return false;
        }

        @Override
        public String toString() {
            return who();
        }
    }

    /** A user with a password, for whom tickets are drawn and renewed. */
    record Password(String user, String password) implements Login {
        @Override
        public String who() {
            return "user " + user;
        }

        @Override
        public boolean isRoot() {
            return user.equals("root@pam");
        }

        @Override
        public String toString() {
            return who();
        }
    }

    /**
     * Reads a Secret's values: {@code token} as {@code USER@REALM!ID=SECRET}, or {@code tokenId} and {@code tokenSecret}, or
     * {@code username} and {@code password}.
     *
     * @throws HostException DENIED when they are none of these
     */
    static Login of(Map<String, String> values) {
        String token = values.get("token");
        if (token != null) {
            String plain = token.strip().replaceFirst("^PVEAPIToken=", "");
            int equals = plain.indexOf('=');
            if (equals > 0 && isTokenId(plain.substring(0, equals))) {
                return new Token(plain.substring(0, equals), plain.substring(equals + 1));
            }
            throw unusable("its key 'token' is not USER@REALM!ID=SECRET");
        }
        String id = values.get("tokenId");
        String secret = values.get("tokenSecret");
        if (id != null && secret != null) {
            if (!isTokenId(id.strip())) {
                throw unusable("its key 'tokenId' is not USER@REALM!ID");
            }
            return new Token(id.strip(), secret.strip());
        }
        String user = values.get("username");
        String password = values.get("password");
        if (user != null && password != null) {
            return new Password(user.contains("@") ? user.strip() : user.strip() + "@pam", password);
        }
        throw unusable("it has neither 'token', nor 'tokenId' and 'tokenSecret', nor 'username' and 'password'");
    }

    private static boolean isTokenId(String text) {
        return text.matches("[^\\s=!@]+@[^\\s=!@]+![^\\s=!@]+");
    }

    private static HostException unusable(String why) {
        return new HostException(
                HostException.Cause.DENIED, "the Secret of spec.credentials is no login for Proxmox: " + why);
    }

    /**
     * How the host's certificate is known.
     *
     * @param fingerprint SHA-256 of the certificate, as hexadecimal digits; null when none is pinned
     * @param authority the certificate of the authority that signed it, as PEM; null for the authorities that this machine trusts
     */
    record Trust(@Nullable String fingerprint, @Nullable String authority) {

        /** From the same Secret: {@code fingerprint} or {@code ca.crt}. */
        static Trust of(Map<String, String> values) {
            String pinned = values.get("fingerprint");
            String plain = pinned == null ? null : digits(pinned);
            if (plain != null && plain.length() != 64) {
                throw unusable("its key 'fingerprint' is no SHA-256 fingerprint of 32 bytes");
            }
            return new Trust(plain, values.get("ca.crt"));
        }

        private static String digits(String text) {
            return text.strip()
                    .replaceFirst("(?i)^sha-?256[ =:]*(fingerprint[ =:]*)?", "")
                    .replaceAll("[^0-9A-Fa-f]", "")
                    .toUpperCase(java.util.Locale.ROOT);
        }
    }
}
