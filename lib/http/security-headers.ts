/**
 * On every answer of the API: it is data and never a page, so a browser that is brought to show one may load and run nothing
 * from it, and no other site may frame or embed it. The pages have their own policy (lib/console/content-security-policy.ts).
 */
export const apiSecurityHeaders = {
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
} as const;

/** Once seen over https, only over https. Subdomains are somebody else's to decide. */
export const strictTransport = "max-age=31536000";
