"use strict";
// Shows what /state says, once a second. Names come from the network: they are only ever put into the page as text.

const INTERVAL_MILLIS = 1000;
const PATIENCE_MILLIS = 5000;
const DENSE = 120;

const token = location.hash.slice(1);
const order = new Intl.Collator(undefined, {numeric: true});
const sessions = new Map();
let last = null;

const at = id => document.getElementById(id);

function set(node, text) {
  if (node.textContent !== text) {
    node.textContent = text;
  }
}

function explain(root) {
  for (const node of root.querySelectorAll("[data-about]")) {
    node.title = at(node.dataset.about).textContent;
  }
}

async function ask(path, method) {
  const response = await fetch(path, {
    method,
    headers: {Authorization: "Bearer " + token},
    cache: "no-store",
    signal: AbortSignal.timeout(PATIENCE_MILLIS)
  });
  if (!response.ok) {
    throw Object.assign(new Error(await response.text()), {status: response.status});
  }
  return response;
}

async function poll() {
  try {
    const state = await (await ask("state", "GET")).json();
    last = state;
    document.body.classList.remove("gone");
    notice("");
    set(at("link"), "live, " + new Date(state.time).toLocaleTimeString());
    show(state);
  } catch (error) {
    if (error.status === 401) {
      set(at("link"), "locked");
      notice(error.message);
      return;
    }
    gone(error);
  }
  setTimeout(poll, INTERVAL_MILLIS);
}

/** Nobody answers: what is shown is what was said last. */
function gone(error) {
  document.body.classList.add("gone");
  set(at("link"), "no answer");
  const over = last && last.sessions.length > 0 && last.sessions.every(isOver);
  if (over) {
    document.body.classList.remove("gone");
    notice("");
    set(at("link"), "the command has ended");
  } else if (last) {
    notice("The sender no longer answers. Below is what it said last, at " + new Date(last.time).toLocaleTimeString()
        + ". If it still runs, this page goes on by itself.");
  } else {
    notice("The sender does not answer (" + error.message + "). If it still runs, this page goes on by itself.");
  }
  for (const button of document.querySelectorAll(".actions button")) {
    button.disabled = true;
  }
}

function notice(text) {
  set(at("notice"), text);
  at("notice").hidden = text === "";
}

const isOver = session => session.stage === "complete" || session.stage === "incomplete";

function show(state) {
  at("empty").hidden = state.sessions.length > 0;
  const ids = new Set(state.sessions.map(session => session.session));
  for (const [id, card] of sessions) {
    if (!ids.has(id)) {
      card.root.remove();
      sessions.delete(id);
    }
  }
  for (const session of state.sessions) {
    if (!sessions.has(session.session)) {
      sessions.set(session.session, card(session));
    }
    update(sessions.get(session.session), session);
  }
  document.title = state.sessions.map(session => Math.floor(100 * session.fraction) + " %").slice(0, 3).join(", ") + " Mimeo";
}

function card(session) {
  const root = at("session").content.firstElementChild.cloneNode(true);
  explain(root);
  const card = {root, seats: new Map(), list: root.querySelector(".seats")};
  for (const chip of root.querySelectorAll("[data-filter]")) {
    chip.addEventListener("click", () => {
      root.dataset.filter = chip.dataset.filter;
      for (const each of root.querySelectorAll(".chips button")) {
        each.setAttribute("aria-pressed", String(each === chip));
      }
    });
  }
  for (const button of root.querySelectorAll("[data-action]")) {
    button.addEventListener("click", () => operate(session.session, button.dataset.action));
  }
  at("sessions").append(root);
  return card;
}

function update(card, session) {
  const {root} = card;
  const {shown} = session;
  const over = isOver(session);
  root.dataset.stage = session.stage;
  set(root.querySelector("h2"), shown.title);
  set(root.querySelector(".standing"), shown.standing);
  const percent = Math.floor(100 * session.fraction);
  const track = root.querySelector(".track");
  track.setAttribute("aria-valuenow", String(percent));
  track.firstElementChild.style.width = percent + "%";
  const figures = {
    sent: percent + " %",
    rate: over ? "–" : shown.rate + " of " + shown.allowed,
    left: shown.remaining || "–",
    loss: over ? "–" : shown.loss,
    repairs: shown.repairs,
    limit: shown.limitedBy || "–"
  };
  for (const node of root.querySelectorAll("[data-is]")) {
    set(node, figures[node.dataset.is]);
  }
  set(root.querySelector(".figures dt"), session.stage === "preparing" ? "Read" : "Sent once");
  root.querySelector("path.everything").setAttribute("d", shown.chart.everything);
  root.querySelector("path.repairs").setAttribute("d", shown.chart.contentAndRepairs);
  root.querySelector("path.content").setAttribute("d", shown.chart.content);
  set(root.querySelector(".top"), shown.chart.top);
  set(root.querySelector(".span"), shown.chart.span);
  root.querySelector("figure").hidden = session.wireBytes === 0;

  const words = {"": "all", missing: "failed", running: "under way", done: "have it", elsewhere: "not here"};
  for (const chip of root.querySelectorAll("[data-filter]")) {
    const kind = chip.dataset.filter;
    const count = kind === "" ? session.count : session[kind];
    set(chip, count + " " + words[kind]);
    chip.hidden = kind !== "" && count === 0 && root.dataset.filter !== kind;
  }
  root.querySelector(".chips").hidden = session.count === 0;
  for (const button of root.querySelectorAll("[data-action]")) {
    const waits = session.stage === "waiting" || session.held && session.phase === "waiting";
    button.disabled = false;
    button.hidden = over
        || button.dataset.action === "start" && !waits
        || button.dataset.action === "hold" && session.held
        || button.dataset.action === "resume" && !session.held;
  }
  const none = root.querySelector(".none");
  none.hidden = session.count > 0;
  set(none, over ? "Nobody took part." : "Nobody has joined yet.");
  root.classList.toggle("dense", session.count > DENSE);
  seats(card, session);
  const more = root.querySelector(".more");
  more.hidden = session.count <= session.receivers.length;
  set(more, session.count - session.receivers.length + " more seats, which have not failed, are not shown.");
}

function seats(card, session) {
  const ids = new Set(session.receivers.map(seat => seat.receiver));
  for (const [id, node] of card.seats) {
    if (!ids.has(id)) {
      node.remove();
      card.seats.delete(id);
    }
  }
  // Where a seat is stays the same while it goes on: by name, as on the plan of the room.
  const sorted = session.receivers.slice().sort((a, b) =>
      order.compare(a.shown.label, b.shown.label) || (a.receiver < b.receiver ? -1 : 1));
  let next = card.list.firstElementChild;
  for (const seat of sorted) {
    let node = card.seats.get(seat.receiver);
    if (!node) {
      node = at("seat").content.firstElementChild.cloneNode(true);
      node.firstElementChild.addEventListener("click", () => look(session.session, seat.receiver));
      card.seats.set(seat.receiver, node);
    }
    if (node !== next) {
      card.list.insertBefore(node, next);
    } else {
      next = next.nextElementSibling;
    }
    tile(node.firstElementChild, seat, session.count > DENSE);
  }
}

function tile(button, seat, dense) {
  const {shown} = seat;
  button.dataset.kind = seat.kind;
  button.classList.toggle("quiet", shown.silence !== "");
  const running = seat.kind === "running";
  const numbers = running ? shown.rate + ", loss " + shown.loss : "";
  const verdict = shown.silence || (seat.limits ? "limits the rate" : shown.verdict);
  const mark = dense ? {done: "✓", missing: "✗"}[seat.kind] : "";
  set(button.querySelector(".name"), shown.label);
  set(button.querySelector(".percent"), mark || seat.percent + " %");
  button.querySelector(".fill").style.width = seat.percent + "%";
  set(button.querySelector(".numbers"), numbers);
  set(button.querySelector(".verdict"), verdict);
  button.title = [shown.label, verdict, numbers].filter(text => text).join("\n");
}

// ------------------------------------------------------------------------------------------------ what operators do

/** Shows the dialog; does what was asked for if the answer is yes. */
function dialog(question, consequence, facts, yes, no, action) {
  set(at("question"), question);
  set(at("consequence"), consequence);
  at("consequence").hidden = consequence === "";
  at("facts").replaceChildren(...facts.flatMap(([term, text]) => {
    const dt = document.createElement("dt");
    const dd = document.createElement("dd");
    dt.textContent = term;
    dd.textContent = text;
    return [dt, dd];
  }));
  set(at("yes"), yes);
  at("yes").hidden = yes === "";
  at("yes").className = "danger";
  at("yes").onclick = action;
  set(at("no"), no);
  at("no").onclick = () => at("dialog").close();
  if (!at("dialog").open) {
    at("dialog").showModal();
  }
  at("no").focus();
}

async function act(path) {
  at("dialog").close();
  try {
    await ask(path, "POST");
  } catch (error) {
    notice("That was not done: " + error.message);
  }
}

function operate(session, action) {
  const path = "sessions/" + session + "/" + action;
  if (action !== "end") {
    act(path);
    return;
  }
  dialog("End the session now?", "Its receivers keep what they have, and can go on with it another time; whoever has not"
      + " verified the image by now counts as incomplete.", [], "End it", "No, go on", () => act(path));
}

function look(session, receiver) {
  const of = last.sessions.find(each => each.session === session);
  const seat = of && of.receivers.find(each => each.receiver === receiver);
  if (!seat) {
    return;
  }
  const {shown} = seat;
  dialog(shown.label, "", [
    ["Verdict", shown.verdict],
    ["Verified", seat.percent + " %"],
    ["Rate", shown.rate],
    ["Loss", shown.loss],
    ["Address", seat.address || "unknown"],
    ["Id", seat.receiver],
    ...(shown.silence ? [["Silence", shown.silence]] : [])
  ], seat.kind === "running" && !isOver(of) ? "Kick …" : "", "Close", () =>
    dialog("Send " + shown.label + " away?", "It gets no more of this image, and is not let in again. The others go on.", [],
        "Send it away", "No, keep it", () => act("sessions/" + session + "/receivers/" + receiver + "/kick")));
}

addEventListener("hashchange", () => location.reload());
explain(document);
poll();
