"""A worker without torch, which misbehaves as it is asked to."""

# A worker without torch: it answers "word" with the same word, and misbehaves where "how" says so.
FAKE = """
import json, os, select, sys, time
line_number, folder = int(sys.argv[2]), sys.argv[3]  # after --server

def say(text):
    os.write(line_number, text.encode() + b"\\n")

def answer(number, word):
    say(json.dumps({"id": number, "answer": word}))

def wait_for(path):
    deadline = time.monotonic() + 60
    while not os.path.exists(path) and time.monotonic() < deadline:
        time.sleep(0.01)

for line in sys.stdin:
    asked = json.loads(line)
    number, word, how = asked["id"], asked["word"], asked.get("how")
    if how == "print":
        forged = json.dumps({"id": number, "answer": "printed"})
        print(forged, flush=True)
        os.write(1, forged.encode() + b"\\n")
        os.system("echo '" + forged + "'")
    if how == "stray before":
        say("a library says hello")
    if how == "answer before":
        say(json.dumps({"answer": "nobody's"}))
    if how == "yesterday's before":
        answer(number - 1, "yesterday's")
    if how == "garbage":
        os.write(line_number, b"\\xff\\xfe\\n")
    if how == "brackets":
        say("[" * 100_000)
    if how == "no object":
        say("3")
    if how == "empty":
        say(json.dumps({"id": number}))
    if how == "crash":
        os.write(line_number, b'{"id": %d, "answer": "half' % number)
        os._exit(1)
    if how == "file elsewhere":
        say(json.dumps({"id": number, "file": word}))
        continue
    if how in ("file", "crash after file"):
        with open(os.path.join(folder, "made"), "w") as target:
            target.write(word)
        if how == "crash after file":
            os._exit(1)
        say(json.dumps({"id": number, "file": "made"}))
        continue
    if how == "too late":  # the answers come from a child that the end of this process leaves alive
        if os.fork() == 0:
            wait_for(asked["go"])
            answer(number, "late")
            answer(number + 1, "late")
            open(asked["gone"], "w").close()
            os._exit(0)
        time.sleep(600)
    if how == "after the late one":
        open(asked["go"], "w").close()
        wait_for(asked["gone"])
        time.sleep(0.2)
    if how == "alone" and select.select([0], [], [], 0.05)[0]:
        word = "a question before the answer to the last"
    answer(number, word)
    if how == "stray after":
        say("a library says goodbye")
    if how == "answer after":
        answer(number, "said twice")
"""


def ask(worker, word, how="", **further):
    return worker.ask({"word": word, "how": how, **further})["answer"]


def files_in(folder):
    return [path for path in folder.rglob("*") if path.is_file()]
