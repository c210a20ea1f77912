// The end of a session, seen from a page of somebody signed in: a warning two minutes before it, one key to stay, and
// what was typed is kept. The server alone knows how much time is left, and asking it changes nothing: a page, a form,
// typing and the button are use. Elements are looked up when they are needed: htmx may have brought another page.
{
  const warnSeconds = 120;
  /** The other tabs are told before the end: the first to reach the sign-in page takes the cookie with it. */
  const saveSeconds = 5;
  const typingCountsEveryMs = 60_000;
  const retryMs = 10_000;

  const find = () => document.getElementById("session-end");
  /** Members' pages and those of the back office have a session each. */
  const channel = /^\/staff(?:\/|$)/.test(location.pathname) ? "staff-session" : "session";
  const tabs = globalThis.BroadcastChannel ? new BroadcastChannel(channel) : { postMessage() {} };
  const part = (name) => find()?.querySelector(`[data-part="${name}"]`);

  let [timer, endsAt, lastUse] = [0, 0, Date.now()];
  let [extensible, owner] = [true, undefined];
  let [isOut, isOver, isStaying, isClosing, isTold] = [false, false, false, false, false];
  let saving;
  /** The form somebody typed in last: here, or before it came back with its faults or after a sign-in. */
  let typed = document.querySelector("main .errors, main #kept") && document.querySelector('main form[method="post"]');

  const plan = (work, ms) => {
    clearTimeout(timer);
    timer = setTimeout(work, ms);
  };

  const send = async (path, body) => {
    const answer = await fetch(path, { method: "POST", body, headers: { "HX-Request-Type": "partial" } });
    if (!answer.ok) throw new Error(`${path} ${answer.status}`);
  };

  /** Asks the server for the time left, and does what there is to do. */
  const check = async () => {
    const dialog = find();
    if (!dialog?.showModal || isOver) return;
    try {
      const answer = await fetch(dialog.dataset.session);
      const standing = await answer.json();
      if (isOver) return;
      if (standing.secondsLeft === 0) return over();
      // Somebody else has signed in here since: this page is not theirs.
      if (owner !== undefined && owner !== standing.owner) return location.reload();
      ({ extensible, owner } = standing);
      endsAt = Date.now() + standing.secondsLeft * 1000;
      if (standing.secondsLeft > saveSeconds) saving = undefined;
      tick();
    } catch {
      // Only the server can say that it is over.
      plan(check, retryMs);
    }
  };

  const tick = () => {
    if (!find() || isOver) return;
    const left = Math.ceil((endsAt - Date.now()) / 1000);
    if (left > warnSeconds) {
      isTold = false;
      close();
      plan(check, endsAt - Date.now() - warnSeconds * 1000);
    } else if (left <= 0) {
      check();
    } else {
      warn(left);
      if (left <= saveSeconds) {
        tabs.postMessage("ending");
        save();
      }
      plan(tick, (endsAt - Date.now()) % 1000 || 1000);
    }
  };

  const say = (element, text) => {
    if (element.textContent !== text) element.textContent = text;
  };

  /** `1 minute 59 secondes`, in the language of the page. */
  const inWords = (seconds) => {
    const units = [
      ["minute", Math.floor(seconds / 60)],
      ["second", seconds % 60],
    ];
    return units
      .filter(([, count]) => count > 0)
      .map(([unit, count]) =>
        count.toLocaleString(document.documentElement.lang, { style: "unit", unit, unitDisplay: "long" }),
      )
      .join(" ");
  };

  const warn = (left) => {
    const dialog = find();
    const { dataset } = dialog;
    const text = extensible ? dataset.left : dataset.last;
    say(part("countdown"), text.replace("%", inWords(left)));
    // Said aloud by the minute, then every twenty seconds.
    const step = left > 60 ? 60 : 20;
    say(part("spoken"), text.replace("%", inWords(Math.ceil(left / step) * step)));
    say(part("stay"), extensible ? dataset.stay : dataset.understood);
    if (dialog.open || (isTold && !extensible)) return;
    say(part("problem"), "");
    isTold = true;
    dialog.showModal();
  };

  const close = () => {
    const dialog = find();
    if (!dialog.open) return;
    isClosing = true;
    // The browser gives the focus back to where it was.
    dialog.close();
  };

  const extend = async () => {
    lastUse = Date.now();
    await send(find().dataset.extend);
    tabs.postMessage("use");
    await check();
  };

  /** The one key, or Escape: staying, or having read that one cannot. */
  const press = async () => {
    if (!extensible) return close();
    if (isStaying) return;
    isStaying = true;
    try {
      await extend();
    } catch {
      say(part("problem"), document.getElementById("network").dataset.text);
    }
    isStaying = false;
  };

  const isSecret = ({ type, autocomplete }) =>
    ["password", "hidden", "file"].includes(type) || /password|one-time-code/.test(autocomplete);

  const sendTyped = async () => {
    const secrets = [...typed.elements].filter(isSecret).map(({ name }) => name);
    const body = new FormData();
    body.append("path", location.pathname);
    body.append("owner", owner);
    for (const [name, value] of new FormData(typed)) {
      if (!secrets.includes(name)) body.append(`field.${name}`, value);
    }
    await send(find().dataset.draft, body);
  };

  /** Has the server keep, once, what is typed and not sent: never a password, whether it shows or not. */
  const save = () => {
    if (owner === undefined || !typed?.isConnected) return;
    saving ??= sendTyped().catch(() => {
      saving = undefined;
    });
    return saving;
  };

  const over = async () => {
    isOver = true;
    clearTimeout(timer);
    const { login, out } = find().dataset;
    if (isOut) return location.replace(out);
    tabs.postMessage("over");
    await save();
    location.replace(`${login}?next=${encodeURIComponent(location.pathname + location.search)}&expired`);
  };

  /** Another tab is signing out: its form may still be on its way. */
  const leave = async (tries) => {
    isOut = tries > 0;
    await check();
    if (isOut && !isOver) setTimeout(leave, 500, tries - 1);
  };

  tabs.onmessage = ({ data }) => {
    if (!find() || isOver) return;
    if (data === "out") return leave(20);
    if (data !== "use") save();
    if (data !== "ending") check();
  };

  document.addEventListener("input", ({ target, isTrusted }) => {
    const { form } = target;
    if (!form || !find()) return;
    if (form.method === "post") [typed, saving] = [form, undefined];
    if (isTrusted && Date.now() - lastUse >= typingCountsEveryMs) extend().catch(() => {});
  });
  document.addEventListener("submit", (event) => {
    if (event.target.elements.logout) tabs.postMessage("out");
    if (event.target !== part("form")) return;
    event.preventDefault();
    press();
  });
  document.addEventListener("keydown", (event) => {
    const { target, key, ctrlKey, altKey, metaKey } = event;
    const dialog = find();
    if (!dialog?.open || ctrlKey || altKey || metaKey) return;
    // Every key of the button stays, but those that lead away from it.
    if (key !== "Escape" && (target !== part("stay") || key === "Tab" || key === "Shift")) return;
    event.preventDefault();
    press();
  });
  // Other ways of a browser to close a dialog. These events do not bubble.
  document.addEventListener(
    "cancel",
    (event) => {
      if (event.target !== find()) return;
      event.preventDefault();
      press();
    },
    true,
  );
  document.addEventListener(
    "close",
    ({ target }) => {
      if (target !== find()) return;
      if (!isClosing) press();
      isClosing = false;
    },
    true,
  );
  // A tab that wakes up has slept through its timers.
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) check();
  });
  window.addEventListener("pageshow", ({ persisted }) => {
    if (persisted) check();
  });
  window.addEventListener("online", check);

  // A page that has just come is use: the other tabs need not warn any more.
  tabs.postMessage("use");
  check();
}
