package ai.thinkheads.phoenix.hosts.simulated.guest;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The package archive: what the usual packages bring along. Any other package exists too, and brings a command of its name. */
public final class Packages {

    private static final Map<String, Item> CATALOGUE = catalogue();

    private Packages() {}

    /**
     * A package.
     *
     * @param commands that it provides
     * @param services that run after its installation, by name with the port each listens on; 0 for none
     * @param needs further packages that come with it
     */
    record Item(String version, List<String> commands, Map<String, Integer> services, List<String> needs) {}

    static Item item(String name) {
        Item known = CATALOGUE.get(name);
        if (known != null) {
            return known;
        }
        if (name.startsWith("nvidia-utils-") || name.startsWith("nvidia-compute-utils-")) {
            return new Item(
                    name.replaceAll("\\D+", ""), List.of("nvidia-smi", "nvidia-persistenced"), Map.of(), List.of());
        }
        return new Item("1.0-1", List.of(name), Map.of(), List.of());
    }

    /** Whether there is such a package. */
    static boolean exists(String name) {
        return name.matches("[a-z0-9][a-z0-9+.-]+") && !name.startsWith("no-such-");
    }

    /** The system with those packages and what comes with them; those that are there stay as they are. */
    public static Inside install(Inside inside, Collection<String> names) {
        Map<String, String> packages = new TreeMap<>(inside.packages());
        Set<String> enabled = new HashSet<>(inside.enabled());
        Set<String> active = new HashSet<>(inside.active());
        Map<String, Inside.Node> files = new HashMap<>(inside.files());
        names.forEach(name -> add(name, item(name).version(), packages, enabled, active, files));
        return new Inside(inside.distribution(), files, packages, enabled, active, inside.containers());
    }

    static void add(
            String name,
            String version,
            Map<String, String> packages,
            Set<String> enabled,
            Set<String> active,
            Map<String, Inside.Node> files) {
        if (packages.putIfAbsent(name, version) != null) {
            return;
        }
        Item item = item(name);
        enabled.addAll(item.services().keySet());
        active.addAll(item.services().keySet());
        configuration(name).forEach((path, text) -> files.putIfAbsent(path, Inside.Node.file(text, 0644)));
        item.needs().forEach(other -> add(other, item(other).version(), packages, enabled, active, files));
    }

    /** The port that a package's service listens on; 0 for none. */
    static int port(String service) {
        for (Item item : CATALOGUE.values()) {
            Integer port = item.services().get(service);
            if (port != null) {
                return port;
            }
        }
        return 0;
    }

    private static Map<String, String> configuration(String name) {
        return switch (name) {
            case "nginx" ->
                Map.of(
                        "/etc/nginx/nginx.conf", "events {}\nhttp { include /etc/nginx/conf.d/*.conf; }\n",
                        "/var/www/html/index.nginx-debian.html", "<h1>Welcome to nginx!</h1>\n");
            case "apache2" -> Map.of("/etc/apache2/apache2.conf", "Listen 80\n");
            case "openssh-server" -> Map.of("/etc/ssh/sshd_config", "Include /etc/ssh/sshd_config.d/*.conf\n");
            case "dnsmasq" -> Map.of("/etc/dnsmasq.conf", "");
            case "redis-server" -> Map.of("/etc/redis/redis.conf", "port 6379\n");
            default -> Map.of();
        };
    }

    private static Map<String, Item> catalogue() {
        Map<String, Item> all = new HashMap<>();
        put(all, "nginx", "1.26.3-3", List.of("nginx"), Map.of("nginx", 80));
        put(all, "nginx-full", "1.26.3-3", List.of("nginx"), Map.of("nginx", 80));
        put(all, "nginx-light", "1.26.3-3", List.of("nginx"), Map.of("nginx", 80));
        put(all, "apache2", "2.4.65-2", List.of("apache2", "apachectl", "a2ensite", "a2enmod"), Map.of("apache2", 80));
        put(all, "caddy", "2.6.2-12", List.of("caddy"), Map.of("caddy", 80));
        put(all, "haproxy", "3.0.11-1", List.of("haproxy"), Map.of("haproxy", 0));
        List<String> docker = List.of("docker", "dockerd", "containerd");
        put(all, "docker.io", "26.1.5+dfsg1-9", docker, Map.of("docker", 0, "containerd", 0));
        put(all, "docker-ce", "5:28.5.1-1", docker, Map.of("docker", 0, "containerd", 0));
        put(all, "docker-ce-cli", "5:28.5.1-1", List.of("docker"), Map.of());
        put(all, "docker-compose-v2", "2.39.1", List.of(), Map.of());
        put(all, "docker-compose-plugin", "2.39.1", List.of(), Map.of());
        put(all, "containerd.io", "1.7.28-1", List.of("containerd"), Map.of("containerd", 0));
        put(all, "openssh-server", "1:10.0p1-7", List.of("sshd"), Map.of("ssh", 22));
        put(all, "openssh-client", "1:10.0p1-7", List.of("ssh", "scp", "ssh-keygen", "ssh-keyscan"), Map.of());
        put(all, "qemu-guest-agent", "1:10.0.2+ds-2", List.of("qemu-ga"), Map.of("qemu-guest-agent", 0));
        put(
                all,
                "postgresql",
                "17+278",
                List.of("psql", "pg_ctlcluster", "createdb", "createuser", "pg_isready"),
                Map.of("postgresql", 5432));
        put(all, "mariadb-server", "1:11.8.3", List.of("mariadb", "mysql", "mysqladmin"), Map.of("mariadb", 3306));
        put(all, "redis-server", "5:8.0.2-3", List.of("redis-server", "redis-cli"), Map.of("redis-server", 6379));
        put(all, "redis", "5:8.0.2-3", List.of("redis-server", "redis-cli"), Map.of("redis-server", 6379));
        put(all, "dnsmasq", "2.91-1", List.of("dnsmasq"), Map.of("dnsmasq", 53));
        put(all, "unbound", "1.22.0-2", List.of("unbound", "unbound-control"), Map.of("unbound", 53));
        put(all, "bind9", "1:9.20.11-4", List.of("named", "rndc"), Map.of("named", 53));
        put(all, "samba", "2:4.22.4", List.of("smbd", "smbpasswd", "pdbedit", "testparm"), Map.of("smbd", 445));
        put(all, "nfs-kernel-server", "1:2.8.3", List.of("exportfs", "rpc.nfsd"), Map.of("nfs-server", 2049));
        put(all, "nfs-common", "1:2.8.3", List.of("showmount", "mount.nfs"), Map.of());
        put(all, "prometheus", "2.53.3", List.of("prometheus", "promtool"), Map.of("prometheus", 9090));
        put(
                all,
                "prometheus-node-exporter",
                "1.9.0",
                List.of("prometheus-node-exporter"),
                Map.of("prometheus-node-exporter", 9100));
        put(all, "grafana", "12.2.0", List.of("grafana-server", "grafana-cli"), Map.of("grafana-server", 3000));
        put(all, "mosquitto", "2.0.21", List.of("mosquitto", "mosquitto_passwd"), Map.of("mosquitto", 1883));
        put(all, "rabbitmq-server", "4.0.5", List.of("rabbitmqctl"), Map.of("rabbitmq-server", 5672));
        put(all, "memcached", "1.6.38", List.of("memcached"), Map.of("memcached", 11211));
        put(all, "chrony", "4.6.1-3", List.of("chronyd", "chronyc"), Map.of("chrony", 0));
        put(all, "cron", "3.0pl1-197", List.of("crontab"), Map.of("cron", 0));
        put(all, "fail2ban", "1.1.0-8", List.of("fail2ban-client"), Map.of("fail2ban", 0));
        put(all, "rsyslog", "8.2504.0-1", List.of("rsyslogd"), Map.of("rsyslog", 0));
        put(all, "tailscale", "1.90.0", List.of("tailscale", "tailscaled"), Map.of("tailscaled", 0));
        put(all, "smartmontools", "7.4-3", List.of("smartctl"), Map.of("smartd", 0));
        put(all, "ufw", "0.36.2-9", List.of("ufw"), Map.of("ufw", 0));
        tools(all);
        return Map.copyOf(all);
    }

    private static void tools(Map<String, Item> all) {
        put(all, "nodejs", "22.20.0", List.of("node", "npm", "npx"), Map.of());
        put(all, "golang-go", "2:1.24", List.of("go"), Map.of());
        put(all, "default-jre-headless", "2:1.21", List.of("java"), Map.of());
        put(all, "python3", "3.13.5-1", List.of("python3"), Map.of());
        put(all, "python3-pip", "25.1.1", List.of("pip", "pip3"), Map.of(), "python3");
        put(all, "python3-venv", "3.13.5-1", List.of(), Map.of(), "python3");
        put(all, "step-cli", "0.28.7-1", List.of("step"), Map.of());
        put(all, "step-ca", "0.28.4-1", List.of("step-ca"), Map.of());
        put(all, "ca-certificates", "20250419", List.of("update-ca-certificates"), Map.of());
        put(all, "locales", "2.41-12", List.of("locale-gen", "update-locale"), Map.of());
        put(all, "gnupg", "2.4.7-21", List.of("gpg"), Map.of());
        put(all, "git", "1:2.47.3-0", List.of("git"), Map.of());
        put(all, "rsync", "3.4.1", List.of("rsync"), Map.of());
        put(all, "jq", "1.7.1-6", List.of("jq"), Map.of());
        put(all, "sudo", "1.9.16p2-3", List.of("sudo", "visudo"), Map.of());
        put(all, "iproute2", "6.15.0-1", List.of("ip", "ss", "bridge"), Map.of());
        put(all, "dnsutils", "1:9.20.11", List.of("dig", "nslookup", "host"), Map.of());
        put(all, "netcat-openbsd", "1.229-1", List.of("nc"), Map.of());
        put(all, "build-essential", "12.12", List.of("gcc", "g++", "make", "cc"), Map.of());
        put(all, "nvidia-container-toolkit", "1.17.8-1", List.of("nvidia-ctk", "nvidia-container-cli"), Map.of());
        put(all, "unattended-upgrades", "2.12", List.of("unattended-upgrade"), Map.of("unattended-upgrades", 0));
        put(all, "vim", "2:9.1.1230-2", List.of("vim", "vi"), Map.of());
        put(all, "apt-transport-https", "3.0.3", List.of(), Map.of());
        put(all, "software-properties-common", "0.111-1", List.of("add-apt-repository"), Map.of());
    }

    private static void put(
            Map<String, Item> all,
            String name,
            String version,
            List<String> commands,
            Map<String, Integer> services,
            String... needs) {
        all.put(name, new Item(version, commands, services, List.of(needs)));
    }
}
