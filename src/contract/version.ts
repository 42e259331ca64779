/**
 * The version of Pagemail (Semantic Versioning), said alike by the relay in `GET /v1/info` and by the app in its diagnostics.
 * The same as in package.json and at the top of CHANGELOG.md, which a test holds together; Forge counts deployments by itself.
 */
export const VERSION = '0.1.0';
