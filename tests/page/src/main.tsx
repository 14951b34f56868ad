import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app";
import { listen } from "./simulator/live";
import "slack-blocks-to-jsx/dist/style.css";
import "./theme.css";

listen();
const root = document.getElementById("page");
if (root) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
