import { choice, databases, images, port, serverMetadata, text, volumeImages } from "./define.ts";
import type { StandardObject, StandardSet } from "./define.ts";

const version = text("Version", "As its makers number it");
const administrator = (usual?: string) => text("Administrator", "User with all rights", usual === undefined ? {} : { default: usual });

const runtime = (name: string, key: string): StandardObject => ({
  name,
  description: `${name} is installed.`,
  properties: { [`sw_runtime_${key}_version`]: version },
});

const webServer = (name: string, key: string): StandardObject => ({
  name,
  description: `${name} is installed.`,
  properties: {
    [`sw_webserver_${key}_version`]: version,
    [`sw_webserver_${key}_http_port`]: port("Port without encryption", 80),
    [`sw_webserver_${key}_https_port`]: port("Port with encryption", 443),
  },
});

const database = (name: string, properties: StandardObject["properties"]): StandardObject => ({
  name,
  description: `${name} is installed.`,
  properties: Object.fromEntries(Object.entries(properties).map(([key, value]) => [`sw_database_${key}`, value])),
});

const sqlServerEditions = [
  "Datacenter",
  "Enterprise",
  "Standard",
  "Web",
  "Business Intelligence",
  "Workgroup",
  "Express",
  "Compact (SQL CE)",
  "Developer",
  "Embedded (SSEE)",
  "Fast Track",
  "LocalDB",
  "Parallel Data Warehouse (PDW)",
  "Datawarehouse Appliance Edition",
];
const oracleEditions = ["Enterprise", "Standard", "Standard Edition One", "Express (XE)", "Workgroup", "Lite"];

/**
 * Namespaces about what is installed in an image.
 *
 * Source  names, types, values and associations are those of the namespaces that Glance is shipped with; that two usual ports (of MySQL and
 *         DB2) are not those of the products, and one name has "post" in it, is so there
 */
export const softwareSets: readonly StandardSet[] = [
  {
    namespace: "OS::Software::DBMS",
    title: "Databases",
    description: "Database systems in an image or on a server.",
    protected: true,
    types: [images(), volumeImages(), serverMetadata, databases()],
    objects: [
      database("MySQL", { mysql_version: version, mysql_listen_port: port("Port", 3606), mysql_admin: administrator("root") }),
      database("PostgreSQL", {
        postgresql_version: version,
        postgresql_listen_port: port("Port", 5432),
        postgresql_admin: administrator("postgres"),
      }),
      database("SQL Server", {
        sqlserver_version: version,
        sqlserver_edition: choice("Edition", sqlServerEditions, "Which one of its editions", { default: "Express" }),
        sqlserver_listen_port: port("Port", 1433),
        postsqlserver_admin: administrator("sa"),
      }),
      database("Oracle", {
        oracle_version: version,
        oracle_edition: choice("Edition", oracleEditions, "Which one of its editions", { default: "Express" }),
        oracle_listen_port: port("Port", 1521),
      }),
      database("DB2", { db2_version: version, db2_port: port("Port", 5432), db2_admin: administrator() }),
      database("MongoDB", { mongodb_version: version, mongodb_listen_port: port("Port", 27_017), mongodb_admin: administrator() }),
      database("Couchbase Server", {
        couchbaseserver_version: version,
        couchbaseserver_listen_port: port("Port", 11_211),
        couchbaseserver_admin: administrator("admin"),
      }),
      database("Redis", { redis_version: version, redis_listen_port: port("Port", 6379), redis_admin: administrator("admin") }),
      database("CouchDB", { couchdb_version: version, couchdb_listen_port: port("Port", 5984), couchdb_admin: administrator() }),
      database("Apache Cassandra", {
        cassandra_version: version,
        cassandra_listen_port: port("Port", 9160),
        cassandra_admin: administrator("cassandra"),
      }),
      database("HBase", { hbase_version: version }),
      database("Hazlecast", { hazlecast_version: version, hazlecast_port: port("Port", 5701) }),
    ],
  },
  {
    namespace: "OS::Software::Runtimes",
    title: "Runtimes",
    description: "Runtimes of programming languages in an image or on a server.",
    protected: true,
    types: [images(), volumeImages(), serverMetadata],
    objects: [
      runtime("PHP", "php"),
      runtime("Python", "python"),
      runtime("Java", "java"),
      runtime("Ruby", "ruby"),
      runtime("Perl", "perl"),
    ],
  },
  {
    namespace: "OS::Software::WebServers",
    title: "Web servers",
    description: "Web servers in an image or on a server.",
    protected: true,
    types: [images(), volumeImages(), serverMetadata],
    objects: [webServer("Apache HTTP Server", "apache"), webServer("Nginx", "nginx"), webServer("IIS", "iis")],
  },
];
