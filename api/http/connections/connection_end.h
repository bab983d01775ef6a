// Ending a connection so that the peer still reads our last answer.
#pragma once

namespace ssem::api::http {

// Ends our side and reads what the peer still sends: closing with bytes unread would reset the connection under the
// answer. Bounded in time; the caller closes the socket.
void drain(int socket);

// A 503 for a connection that no worker can take. Blocks for milliseconds at most; the caller closes the socket.
void send_busy(int socket);

}  // namespace ssem::api::http
