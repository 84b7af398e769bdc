// Shows the reference of the API in the console's theme. The key that is typed in stays in the page, and goes nowhere but
// to this server.
const { theme } = document.documentElement.dataset;
const dark = matchMedia("(prefers-color-scheme: dark)");
Scalar.createApiReference("#reference", {
  url: "/api/v1/openapi.json",
  theme: "none",
  withDefaultFonts: false,
  forceDarkModeState: theme ?? (dark.matches ? "dark" : "light"),
  hideDarkModeToggle: true,
  authentication: { preferredSecurityScheme: "key" },
  defaultOpenAllTags: false,
  documentDownloadType: "none",
  hideClientButton: true,
  showDeveloperTools: "never",
  // Nothing leaves this server: no proxy, no telemetry, no assistant of theirs.
  proxyUrl: "",
  telemetry: false,
  agent: { disabled: true },
  mcp: { disabled: true },
});

// Its buttons that copy an example bear a picture only.
new MutationObserver(() => {
  for (const button of document.querySelectorAll("button.scalar-code-copy:not([aria-label])")) button.setAttribute("aria-label", "Copy");
}).observe(document.getElementById("reference"), { childList: true, subtree: true });
