// Lets the search of a page work that was opened from a disk: a browser starts no Worker
// from file://, so the script runs in a hidden frame that speaks as a Worker does.
if (location.protocol === "file:") {
  window.Worker = class extends EventTarget {
    constructor(address) {
      super();
      this.onmessage = null;
      this.frame = document.createElement("iframe");
      this.frame.hidden = true;
      this.frame.title = "search";
      document.body.append(this.frame);
      const inside = this.frame.contentWindow;
      const queue = [];
      inside.postMessage = (data) => {
        const event = new MessageEvent("message", { data });
        if (this.onmessage) this.onmessage(event);
        this.dispatchEvent(event);
      };
      inside.importScripts = (...addresses) =>
        addresses.reduce((before, one) => before.then(() => load(inside, one)),
          Promise.resolve());
      this.tell = (data) => {
        const event = new inside.MessageEvent("message", { data });
        if (inside.onmessage) inside.onmessage(event);
        else inside.dispatchEvent(event);
      };
      this.queue = queue;
      load(inside, address).then(() => {
        queue.splice(0).forEach(this.tell);
        this.queue = null;
      });
    }

    postMessage(data) {
      if (this.queue) this.queue.push(data);
      else this.tell(data);
    }

    terminate() {
      this.frame.remove();
    }
  };

  function load(inside, address) {
    return new Promise((done, failed) => {
      const script = inside.document.createElement("script");
      script.src = new URL(address, location.href).href;
      script.onload = done;
      script.onerror = failed;
      inside.document.documentElement.append(script);
    });
  }
}
