package ai.thinkheads.phoenix.hosts.proxmox;

import ai.thinkheads.phoenix.hosts.port.GuestKind;

/**
 * One parameter of Proxmox's calls that create and change guests, and what Phoenix does with it.
 *
 * @param name as the API has it, with {@code [n]} when it is numbered
 * @param taking when Proxmox lets a value come into force
 * @param right who may set it
 * @param oldest the oldest major version of Proxmox VE that has it
 * @param field the manifest's field that it is made from; empty when Phoenix never writes it
 * @param note what is particular about it; empty for nothing
 */
record GuestOption(GuestKind kind, String name, Taking taking, Right right, int oldest, String field, String note) {

    /** When a value comes into force. */
    enum Taking {
        LIVE("at once"),
        RESTART("at the next start"),
        CREATION("at creation only"),
        CALL("for the one call");

        private final String words;

        Taking(String words) {
            this.words = words;
        }
    }

    /** Who may set an option. */
    enum Right {
        /** Whoever has the privilege for it, tokens too. */
        USUAL(""),
        /** Some values are for root@pam alone. */
        SOME_ROOT(", some values by root@pam only"),
        /** Root@pam alone, which a token never is. */
        ROOT(", by root@pam only");

        private final String words;

        Right(String words) {
            this.words = words;
        }
    }

    /** The class in one word or two, as the page has it. */
    String group() {
        if (field.isEmpty()) {
            return "not supported";
        }
        if (right == Right.ROOT) {
            return "root only";
        }
        return switch (taking) {
            case LIVE -> "applied live";
            case RESTART -> "pending until restart";
            case CREATION -> "only at creation";
            case CALL -> "part of the request";
        };
    }

    /** When and by whom, in Proxmox. */
    String inProxmox() {
        return taking.words + right.words;
    }
}
