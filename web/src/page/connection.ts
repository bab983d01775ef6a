// Notices when the server is away, says so, and recovers by itself.
import { everAnswered, isAlive } from "../server/api_client.ts";
import { byId } from "./dom.ts";

const kHeartbeatMs = 5000;
const kFirstRetryMs = 700;
const kLongestRetryMs = 5000;

export class Connection {
  private away = false;
  private timer = 0;
  private delay = kFirstRetryMs;

  /** `recovered` runs when the server answers again. */
  constructor(private readonly recovered: () => void) {
    byId("away-retry").addEventListener("click", () => void this.probe());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") void this.probe();
    });
    window.addEventListener("online", () => void this.probe());
    this.schedule(kHeartbeatMs);
  }

  reportAway(): void {
    if (this.away) return;
    this.away = true;
    this.delay = kFirstRetryMs;
    const old = everAnswered() ? "What you see is from before. " : "";
    byId("away-detail").textContent = `${old}The page tries again every few seconds; is ssem serve ${old === "" ? "" : "still "}running?`;
    byId("away").hidden = false;
    document.body.classList.add("is-away");
    this.schedule(this.delay);
  }

  private reportBack(): void {
    if (!this.away) return;
    this.away = false;
    byId("away").hidden = true;
    document.body.classList.remove("is-away");
    this.recovered();
  }

  private schedule(delay: number): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.probe(), delay);
  }

  private async probe(): Promise<void> {
    if (document.visibilityState === "hidden" && !this.away) return this.schedule(kHeartbeatMs);
    if (await isAlive()) {
      this.reportBack();
      this.schedule(kHeartbeatMs);
      return;
    }
    this.reportAway();
    this.schedule(this.delay);
    this.delay = Math.min(kLongestRetryMs, this.delay * 1.6);
  }
}
