// Messages arrive by server-sent events and leave by fetch; without this file the page's form does the same job.
const list = document.getElementById("messages");
const empty = document.getElementById("empty");
const form = document.getElementById("say");
const input = document.getElementById("text");
const status = document.getElementById("status");

const clock = new Intl.DateTimeFormat(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
for (const time of list.querySelectorAll("time")) time.textContent = clock.format(new Date(time.dateTime));

const atEnd = () => list.scrollHeight - list.scrollTop - list.clientHeight < 80;
const toEnd = () => (list.scrollTop = list.scrollHeight);
toEnd();

function element(name, text, className) {
  const made = document.createElement(name);
  made.textContent = text;
  if (className) made.className = className;
  return made;
}

function show({ id, nickname, text, at, mine }) {
  if (list.querySelector(`[data-id="${CSS.escape(id)}"]`)) return;
  const follow = mine || atEnd();
  const time = element("time", clock.format(new Date(at)));
  time.dateTime = new Date(at).toISOString();
  const from = element("p", "", "from");
  from.append(element("b", mine ? form.dataset.you : nickname), " ", time);
  const item = element("li", "", mine ? "mine" : "");
  item.dataset.id = id;
  item.append(from, element("p", text, "text"));
  list.append(item);
  empty.hidden = true;
  if (follow) toEnd();
}

const stream = new EventSource(`/chat/stream?after=${encodeURIComponent(list.dataset.after)}`);
stream.addEventListener("message", (event) => show(JSON.parse(event.data)));
stream.addEventListener("open", () => (status.textContent = ""));
stream.addEventListener("error", () => {
  // Closed for good means that the session is over: the page knows where to go.
  if (stream.readyState === EventSource.CLOSED) location.reload();
  else status.textContent = form.dataset.reconnecting;
});

async function say() {
  const text = input.value.trim();
  if (text === "") return;
  input.value = "";
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      headers: { Accept: "application/json", "Content-Type": "application/json" },
      body: JSON.stringify({ text }),
    });
    const body = await answer.json();
    if (answer.status === 401) location.reload();
    else if (answer.ok) {
      status.textContent = "";
      show(body.message);
    } else throw new Error(body.message);
  } catch {
    if (input.value === "") input.value = text;
    status.textContent = form.dataset.notSent;
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  void say();
});
