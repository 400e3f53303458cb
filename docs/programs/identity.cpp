// A solver as a program, without a library for JSON: it answers each test input with itself.
//
// A wrapper around a solver that reads files is of this size: write what follows "train" and "test"
// to a file, run the solver, and print what it wrote.
#include <iostream>
#include <string>

// The JSON array that follows a key, brackets included.
static std::string array_after(const std::string& line, const std::string& key) {
    size_t begin = line.find('[', line.find("\"" + key + "\":"));
    size_t end = begin;
    for (int depth = 0;; ++end) {
        depth += (line[end] == '[') - (line[end] == ']');
        if (!depth) return line.substr(begin, end + 1 - begin);
    }
}

// Each element of an array of arrays put into brackets: a list of grids as one guess a grid.
static std::string each_in_brackets(const std::string& array) {
    std::string made;
    int depth = 0;
    for (char letter : array) {
        bool opens = letter == '[', closes = letter == ']';
        if (opens && depth == 1) made += '[';
        depth += opens - closes;
        made += letter;
        if (closes && depth == 1) made += ']';
    }
    return made;
}

int main() {
    std::cout << R"({"type": "hello", "protocol": 1})" << std::endl;
    for (std::string line; std::getline(std::cin, line);) {
        if (line.find("\"type\":\"puzzle\"") == std::string::npos) continue;
        std::string guesses = each_in_brackets(array_after(line, "test"));
        std::cout << R"({"type": "answer", "guesses": )" << guesses << "}" << std::endl;
        std::cout << R"({"type": "done"})" << std::endl;
    }
}
