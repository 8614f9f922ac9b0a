/** What a service key may do. Apart from the schema, so that a form that offers them carries no schemas. */
export const scopes = ["predict", "decide", "log", "read", "operate", "admin"] as const;
