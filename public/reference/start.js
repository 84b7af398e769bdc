// Shows the reference of the API in the console's theme. The key that is typed in stays in the page, and goes nowhere but
// to this server.
const { theme } = document.documentElement.dataset;
Scalar.createApiReference("#reference", {
  url: "/api/v1/openapi.json",
  theme: "none",
  withDefaultFonts: false,
  // The system's where none was chosen.
  ...(theme ? { forceDarkModeState: theme } : {}),
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

// What its own markup lacks for those who see or point otherwise: names of buttons that bear a picture only, and a way
// for the keyboard into what scrolls.
new MutationObserver(() => {
  for (const button of document.querySelectorAll("button.scalar-code-copy:not([aria-label])")) button.setAttribute("aria-label", "Copy");
  for (const list of document.querySelectorAll("#reference :is(.endpoints, span.overflow-x-auto):not([tabindex])")) list.tabIndex = 0;
}).observe(document.getElementById("reference"), { childList: true, subtree: true });
